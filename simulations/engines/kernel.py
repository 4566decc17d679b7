"""The event loop over flat arrays: plain Python that numba also compiles, so that the interpreter and the compiled
engine cannot differ.

Order contract. Events happen by (time, sequence); the sequence is given when an event is pushed. Arrivals come before
other events of the same instant. Whoever wakes another (a release, the last branch of a fork, a timer) pushes its
resumption at the same instant with the next sequence. Tokens that an arrival, a fork or a send starts run at once, in
the order they were started, before the next event. An acquire that finds a slot goes on without an event; a
resumption at the present instant waits in a list beside the heap.

Waiting tokens form doubly linked lists (`next_`, `prev`) per station, timers of one op a second list, sorted (a new
one nearly always belongs at its end), of which only the head is in the heap. Events in the heap: token t as t, timer
of op o as -1 - o, the next completion of sharing station s as -1 - ops - s.

An instance of function f has state 2 f while idle and 2 f + 1 while busy, since `in_since`; -1 where there is none. A
provisioned one never dies and waits, when idle, in a list of its own.
"""

from __future__ import annotations

from math import inf

from simulations.draws import GOLDEN, MASK, SECOND, mix64, sample, unit, word
from simulations.engines.codes import (
    ABORTED,
    ACQUIRE,
    ACQUIRE_TIMEOUT,
    ARRIVAL,
    AWAKE,
    BEGIN,
    BRANCH,
    BUDGET,
    CIRCUIT_OPEN,
    COMPLETE,
    CURRENT,
    DEADLINE,
    DONE,
    DOWN,
    DRAINING,
    EMPTY,
    END,
    EVENTS,
    FAILED,
    FORK,
    FREE,
    FREE_COUNT,
    FREE_INSTANCE,
    GUARD,
    HEAP,
    HOLD,
    JUMP,
    LIMIT,
    LOOP,
    MARK,
    MORE_INSTANCES,
    MORE_JOBS,
    MORE_RECORDS,
    MORE_TOKENS,
    PAUSED,
    PICK,
    PUSHES,
    RAISE,
    RANDOM,
    READY,
    RECORDS,
    REJECTED,
    RELEASE,
    REPLY,
    REPORT,
    RETRY,
    ROUND_ROBIN,
    SEND,
    SEQUENCE,
    SERVE,
    SERVED,
    SET,
    SHARE,
    THROTTLED,
    UNAVAILABLE,
    UNTIL,
    Floats,
    Ints,
)
from simulations.engines.event_heap import pop, wake
from simulations.engines.shared_jobs import job_pop, job_push, shared_rate
from simulations.engines.timers import arm_timer, set_timer
from simulations.engines.token_lists import append, enlist, remove, rouse


def touch(
    s: int, now: float, st_changed: Floats, st_busy: Ints, st_queued: Ints, busy_area: Floats, queue_area: Floats
) -> None:
    """Brings the integrals of a station up to now; called before its counts change."""
    dt = now - st_changed[s]
    if dt > 0.0:
        busy_area[s] += st_busy[s] * dt
        queue_area[s] += st_queued[s] * dt
        st_changed[s] = now


def refill(level: float, per_s: float, most: float, since: float, now: float) -> float:
    """The level of a token bucket now."""
    level += per_s * (now - since)
    return level if level < most else most


def advance(  # noqa: C901
    until: float, budget: int, meta: Ints, clock: Floats, salts: Ints, op_code: Ints, op_station: Ints, op_member:
    Ints, op_register: Ints, op_jump: Ints, op_fail: Ints, op_count: Ints, op_x: Floats, op_y: Floats, op_z: Floats,
    op_kind: Ints, op_a: Floats, op_b: Floats, op_c: Floats, op_targets: Ints, op_salt: Ints, op_flow: Ints, targets:
    Ints, table: Floats, op_tries: Ints, op_passes: Ints, op_wait: Floats, op_hold: Floats, timer_head: Ints,
    timer_tail: Ints, timer_armed: Ints, heap_time: Floats, heap_seq: Ints, heap_who: Ints, arrival_time: Floats,
    arrival_flow: Ints, flow_pc: Ints, flow_recorded: Ints, rec_start: Floats, rec_end: Floats, rec_flow: Ints,
    rec_status: Ints, rec_cold: Ints, rec_retries: Ints, tok_pc: Ints, next_: Ints, prev: Ints, timer_next: Ints,
    timer_prev: Ints, deadline: Floats, timer_seq: Ints, since: Floats, epoch: Ints, record: Ints, owner: Ints,
    parent: Ints, parent_epoch: Ints, pending: Ints, cause: Ints, branch_cause: Ints, key: Ints, lap: Ints, reg: Ints,
    reg_time: Floats, registers: int, st_servers: Ints, st_limit: Ints, st_state: Ints, st_slow: Floats, st_lost:
    Floats, st_busy: Ints, st_queued: Ints, st_head: Ints, st_tail: Ints, st_changed: Floats, busy_area: Floats,
    queue_area: Floats,
    st_served: Ints, st_rejected: Ints, st_timeouts: Ints, st_peak: Ints, st_peak_queue: Ints, share_slot: Ints,
    share_virtual: Floats, share_seq: Ints, share_work: Floats, job_work: Floats, job_seq: Ints, job_token: Ints,
    jobs: int, fn_limit: Ints, fn_spare: Ints, fn_spare_area: Floats, fn_rate: Floats, fn_burst: Floats, fn_level:
    Floats, fn_filled: Floats, fn_top: Ints, fn_busy: Ints, fn_changed: Floats, fn_busy_area: Floats, fn_lived:
    Floats, fn_idle_area: Floats, fn_served: Ints, fn_cold: Ints, fn_warm: Ints, fn_throttled: Ints, fn_peak: Ints,
    fn_retired: Ints, fn_kind: Ints, fn_param: Floats, in_next: Ints, in_state: Ints, in_since: Floats, in_expiry:
    Floats, in_created: Floats, in_death: Floats, gr_first: Ints, gr_tasks: Ints, gr_policy: Ints, gr_turn: Ints,
    li_rate: Floats, li_burst: Floats,
    li_level: Floats, li_filled: Floats, li_refused: Ints, br_most: Ints, br_wait: Floats, br_state: Ints,
    br_failures: Ints, br_until: Floats, ca_base: Ints, ca_filled: Floats,
) -> int:  # fmt: skip
    """Runs events before `until`, at most `budget`; returns why it stopped. Everything it knows is in the arrays:
    call it again to go on.
    """
    ops = len(op_code)
    now = clock[0]
    while True:
        if meta[HEAP] + PUSHES > len(heap_time):
            return MORE_TOKENS
        t = meta[CURRENT]
        if t < 0 and meta[READY] >= 0:
            t = meta[READY]
            meta[READY] = next_[t]
        elif t < 0:
            if budget <= 0:
                return BUDGET
            budget -= 1
            first = inf if meta[HEAP] == 0 else heap_time[0]
            a = meta[ARRIVAL]
            coming = arrival_time[a] if a < len(arrival_time) else inf
            w = meta[AWAKE]
            if w >= 0 and coming > now and (first > now or heap_seq[0] > timer_seq[w]):
                t = w
                meta[AWAKE] = next_[w]
            elif coming <= first:
                if coming == inf:
                    return EMPTY
                if coming >= until:
                    return PAUSED
                t = meta[FREE]
                if t < 0:
                    return MORE_TOKENS
                now = coming
                meta[FREE] = next_[t]
                meta[FREE_COUNT] -= 1
                meta[ARRIVAL] = a + 1
                flow = arrival_flow[a]
                tok_pc[t] = flow_pc[flow]
                owner[t] = flow_recorded[flow]
                record[t] = a if owner[t] == 1 else -1
                if owner[t] == 1:
                    rec_start[a] = coming
                    rec_flow[a] = flow
                parent[t] = -1
                cause[t] = DONE
                salts[1] = (salts[1] + GOLDEN) & MASK
                key[t] = mix64(salts[1])
                lap[t] = salts[2]
            else:
                if first >= until:
                    return PAUSED
                now = first
                t = heap_who[0]
                order = heap_seq[0]
                pop(heap_time, heap_seq, heap_who, meta)
                if t < -ops:
                    # The next completion of a sharing station, unless another job came or went since.
                    s = -1 - ops - t
                    slot = share_slot[s]
                    if share_seq[slot] == order:
                        clock[0] = now
                        base = slot * jobs
                        touch(s, now, st_changed, st_busy, st_queued, busy_area, queue_area)
                        n = st_busy[s]
                        share_work[slot] += (now - clock[1 + slot]) * (n if n < st_servers[s] else st_servers[s])
                        clock[1 + slot] = now
                        share_virtual[slot] = job_work[base]
                        w = job_token[base]
                        job_pop(job_work, job_seq, job_token, base, n)
                        n -= 1
                        st_busy[s] = n
                        st_served[s] += 1
                        op_hold[tok_pc[w]] += now - since[w]
                        op_passes[tok_pc[w]] += 1
                        tok_pc[w] += 1
                        rouse(meta, next_, timer_seq, w)
                        if n > 0:
                            left = (job_work[base] - share_virtual[slot]) / shared_rate(n, st_servers[s], st_slow[s])
                            wake(heap_time, heap_seq, heap_who, meta, now + (left if left > 0.0 else 0.0), t)
                            share_seq[slot] = meta[SEQUENCE]
                    continue
                if t < 0:
                    # The timer of an op: its list is sorted, so only the head can be due.
                    o = -1 - t
                    if timer_armed[o] != order:
                        continue
                    timer_armed[o] = 0
                    t = timer_head[o]
                    if t >= 0 and timer_seq[t] == order:
                        clock[0] = now
                        remove(t, o, timer_head, timer_tail, timer_next, timer_prev)
                        if op_code[o] == ACQUIRE:
                            s = op_station[o]
                            if op_member[o] >= 0:
                                s += reg[t * registers + op_member[o]]
                            touch(s, now, st_changed, st_busy, st_queued, busy_area, queue_area)
                            remove(t, s, st_head, st_tail, next_, prev)
                            st_queued[s] -= 1
                            st_timeouts[s] += 1
                            op_wait[o] += now - since[t]
                            cause[t] = ACQUIRE_TIMEOUT
                        else:
                            op_hold[o] += now - since[t]
                            cause[t] = DEADLINE
                        epoch[t] += 1
                        tok_pc[t] = op_fail[o]
                        rouse(meta, next_, timer_seq, t)
                    if timer_head[o] >= 0:
                        arm_timer(o, heap_time, heap_seq, heap_who, meta, timer_head, timer_armed, deadline, timer_seq)
                    continue
            clock[0] = now
            meta[EVENTS] += 1
        pc = tok_pc[t]
        meta[CURRENT] = -1
        pause = -1.0
        while True:
            code = op_code[pc]
            if code == HOLD:
                wait = sample(op_kind[pc], op_a[pc], op_b[pc], op_c[pc], table, word(key[t], op_salt[pc], lap[t]))
                s = op_station[pc]
                if s >= 0:
                    if op_member[pc] >= 0:
                        s += reg[t * registers + op_member[pc]]
                    wait *= st_slow[s]
                op_passes[pc] += 1
                op_hold[pc] += wait
                tok_pc[t] = pc + 1
                pause = wait
                break
            if code == ACQUIRE:
                s = op_station[pc]
                if op_member[pc] >= 0:
                    s += reg[t * registers + op_member[pc]]
                op_tries[pc] += 1
                if st_state[s] == DOWN:
                    st_rejected[s] += 1
                    cause[t] = UNAVAILABLE
                    pc = op_fail[pc]
                elif st_busy[s] < st_servers[s]:
                    touch(s, now, st_changed, st_busy, st_queued, busy_area, queue_area)
                    st_busy[s] += 1
                    if st_busy[s] > st_peak[s]:
                        st_peak[s] = st_busy[s]
                    op_passes[pc] += 1
                    st_served[s] += 1
                    reg_time[t * registers + op_register[pc]] = now
                    pc += 1
                elif st_queued[s] >= st_limit[s]:
                    st_rejected[s] += 1
                    cause[t] = REJECTED
                    pc = op_fail[pc]
                else:
                    touch(s, now, st_changed, st_busy, st_queued, busy_area, queue_area)
                    append(t, s, st_head, st_tail, next_, prev)
                    st_queued[s] += 1
                    if st_queued[s] > st_peak_queue[s]:
                        st_peak_queue[s] = st_queued[s]
                    since[t] = now
                    tok_pc[t] = pc
                    if op_x[pc] < inf:
                        wait = sample(
                            op_kind[pc], op_a[pc], op_b[pc], op_c[pc], table, word(key[t], op_salt[pc], lap[t])
                        )
                        set_timer(
                            t, pc, now + wait, heap_time, heap_seq, heap_who, meta, timer_head, timer_tail, timer_next,
                            timer_prev, timer_armed, deadline, timer_seq,
                        )  # fmt: skip
                    break
            elif code == RELEASE:
                s = op_station[pc]
                if op_member[pc] >= 0:
                    s += reg[t * registers + op_member[pc]]
                op_hold[op_jump[pc]] += now - reg_time[t * registers + op_register[pc]]
                touch(s, now, st_changed, st_busy, st_queued, busy_area, queue_area)
                w = st_head[s]
                if w >= 0 and st_busy[s] <= st_servers[s]:
                    remove(w, s, st_head, st_tail, next_, prev)
                    st_queued[s] -= 1
                    o = tok_pc[w]
                    if op_x[o] < inf:
                        remove(w, o, timer_head, timer_tail, timer_next, timer_prev)
                    op_wait[o] += now - since[w]
                    op_passes[o] += 1
                    st_served[s] += 1
                    reg_time[w * registers + op_register[o]] = now
                    epoch[w] += 1
                    tok_pc[w] = o + 1
                    rouse(meta, next_, timer_seq, w)
                else:
                    st_busy[s] -= 1
                if op_fail[pc] >= 0 and reg_time[t * registers + op_register[pc]] < st_lost[s]:
                    cause[t] = ABORTED
                    pc = op_fail[pc]
                else:
                    pc += 1
            elif code == BRANCH:
                op_tries[pc] += 1
                if unit(word(key[t], op_salt[pc], lap[t])) < op_x[pc]:
                    op_passes[pc] += 1
                    pc = op_jump[pc]
                else:
                    pc += 1
            elif code == JUMP:
                if op_jump[pc] <= pc:
                    lap[t] = (lap[t] + GOLDEN) & MASK
                    budget -= 1
                    if budget <= 0:
                        tok_pc[t] = op_jump[pc]
                        meta[CURRENT] = t
                        return BUDGET
                pc = op_jump[pc]
            elif code in (END, FAILED, REPLY):
                status = cause[t] if code == FAILED else DONE
                p = parent[t]
                if owner[t] == 1:
                    rec_end[record[t]] = now
                    rec_status[record[t]] = status
                elif p >= 0 and epoch[p] == parent_epoch[t]:
                    pending[p] -= 1
                    if status != DONE:
                        branch_cause[p] = status
                    if pending[p] == 0:
                        o = tok_pc[p]
                        if op_x[o] < inf:
                            remove(p, o, timer_head, timer_tail, timer_next, timer_prev)
                        op_hold[o] += now - since[p]
                        op_passes[o] += 1
                        epoch[p] += 1
                        if branch_cause[p] == DONE:
                            tok_pc[p] = o + 1
                        else:
                            cause[p] = branch_cause[p]
                            tok_pc[p] = op_fail[o]
                        rouse(meta, next_, timer_seq, p)
                if code == REPLY:
                    owner[t] = 0
                    parent[t] = -1
                    if unit(word(key[t], op_salt[pc], lap[t])) < op_x[pc]:
                        tok_pc[t] = pc + 1
                        rouse(meta, next_, timer_seq, t)
                        break
                    pc += 1
                else:
                    epoch[t] += 1
                    next_[t] = meta[FREE]
                    meta[FREE] = t
                    meta[FREE_COUNT] += 1
                    break
            elif code == SERVE:
                f = op_station[pc]
                op_tries[pc] += 1
                i = -1
                if fn_busy[f] < fn_limit[f]:
                    if fn_spare[f] >= 0:
                        i = fn_spare[f]
                        fn_spare[f] = in_next[i]
                        fn_spare_area[f] += now - in_since[i]
                    while i < 0 and fn_top[f] >= 0:
                        i = fn_top[f]
                        fn_top[f] = in_next[i]
                        if in_expiry[i] <= now:
                            fn_lived[f] += in_expiry[i] - in_created[i]
                            fn_idle_area[f] += in_expiry[i] - in_since[i]
                            fn_retired[f] += 1
                            in_state[i] = -1
                            in_next[i] = meta[FREE_INSTANCE]
                            meta[FREE_INSTANCE] = i
                            i = -1
                        else:
                            fn_idle_area[f] += now - in_since[i]
                fresh = False
                if i < 0 and fn_busy[f] < fn_limit[f]:
                    level = refill(fn_level[f], fn_rate[f], fn_burst[f], fn_filled[f], now)
                    if level >= 1.0 and meta[FREE_INSTANCE] < 0:
                        op_tries[pc] -= 1
                        tok_pc[t] = pc
                        meta[CURRENT] = t
                        return MORE_INSTANCES
                    fn_filled[f] = now
                    if level >= 1.0:
                        level -= 1.0
                        fresh = True
                        i = meta[FREE_INSTANCE]
                        meta[FREE_INSTANCE] = in_next[i]
                    fn_level[f] = level
                if i < 0:
                    fn_throttled[f] += 1
                    cause[t] = THROTTLED
                    pc = op_fail[pc]
                    continue
                fn_busy_area[f] += fn_busy[f] * (now - fn_changed[f])
                fn_changed[f] = now
                fn_busy[f] += 1
                if fn_busy[f] > fn_peak[f]:
                    fn_peak[f] = fn_busy[f]
                fn_served[f] += 1
                op_passes[pc] += 1
                in_state[i] = 2 * f + 1
                in_since[i] = now
                reg[t * registers + op_register[pc]] = i
                reg_time[t * registers + op_register[pc]] = now
                if not fresh:
                    fn_warm[f] += 1
                    pc += 1
                    continue
                fn_cold[f] += 1
                if record[t] >= 0:
                    rec_cold[record[t]] += 1
                bits = word(key[t], op_salt[pc], lap[t])
                k = 4 * f
                wait = sample(fn_kind[k], fn_param[3 * k], fn_param[3 * k + 1], fn_param[3 * k + 2], table, bits)
                bits = mix64((bits + SECOND) & MASK)
                k += 1
                wait += sample(fn_kind[k], fn_param[3 * k], fn_param[3 * k + 1], fn_param[3 * k + 2], table, bits)
                bits = mix64((bits + SECOND) & MASK)
                k += 2
                in_created[i] = now
                in_death[i] = now + sample(
                    fn_kind[k], fn_param[3 * k], fn_param[3 * k + 1], fn_param[3 * k + 2], table, bits
                )
                op_wait[pc] += wait
                tok_pc[t] = pc + 1
                pause = wait
                break
            elif code == SERVED:
                f = op_station[pc]
                op_hold[op_jump[pc]] += now - reg_time[t * registers + op_register[pc]]
                fn_busy_area[f] += fn_busy[f] * (now - fn_changed[f])
                fn_changed[f] = now
                fn_busy[f] -= 1
                i = reg[t * registers + op_register[pc]]
                in_state[i] = 2 * f
                in_since[i] = now
                if in_death[i] == inf:
                    in_next[i] = fn_spare[f]
                    fn_spare[f] = i
                else:
                    k = 4 * f + 2
                    bits = word(key[t], op_salt[pc], lap[t])
                    wait = sample(fn_kind[k], fn_param[3 * k], fn_param[3 * k + 1], fn_param[3 * k + 2], table, bits)
                    in_expiry[i] = now + wait if now + wait < in_death[i] else in_death[i]
                    if in_expiry[i] < now:
                        in_expiry[i] = now
                    in_next[i] = fn_top[f]
                    fn_top[f] = i
                pc += 1
            elif code == FORK:
                n = op_count[pc]
                if meta[FREE_COUNT] < n:
                    tok_pc[t] = pc
                    meta[CURRENT] = t
                    return MORE_TOKENS
                pending[t] = n
                branch_cause[t] = DONE
                since[t] = now
                tok_pc[t] = pc
                op_tries[pc] += 1
                bits = word(key[t], op_salt[pc], lap[t])
                for b in range(n):
                    w = meta[FREE]
                    meta[FREE] = next_[w]
                    meta[FREE_COUNT] -= 1
                    tok_pc[w] = targets[op_targets[pc] + b]
                    parent[w] = t
                    parent_epoch[w] = epoch[t]
                    owner[w] = 0
                    record[w] = record[t]
                    cause[w] = DONE
                    bits = (bits + GOLDEN) & MASK
                    key[w] = mix64(bits)
                    lap[w] = salts[2]
                    for k in range(registers):
                        reg[w * registers + k] = reg[t * registers + k]
                        reg_time[w * registers + k] = reg_time[t * registers + k]
                    enlist(meta, next_, w)
                if op_x[pc] < inf:
                    wait = sample(op_kind[pc], op_a[pc], op_b[pc], op_c[pc], table, word(key[t], op_salt[pc], lap[t]))
                    set_timer(
                        t, pc, now + wait, heap_time, heap_seq, heap_who, meta, timer_head, timer_tail, timer_next,
                        timer_prev, timer_armed, deadline, timer_seq,
                    )  # fmt: skip
                break
            elif code == PICK:
                g = op_station[pc]
                op_tries[pc] += 1
                n = gr_tasks[g]
                best = -1
                if gr_policy[g] == RANDOM:
                    opened = 0
                    for k in range(n):
                        opened += 1 if st_state[gr_first[g] + k] != DRAINING else 0
                    chosen = int(unit(word(key[t], op_salt[pc], lap[t])) * opened)
                    for k in range(n):
                        if st_state[gr_first[g] + k] != DRAINING:
                            if chosen == 0:
                                best = k
                            chosen -= 1
                else:
                    for step in range(n):
                        k = (gr_turn[g] + step) % n
                        s = gr_first[g] + k
                        if st_state[s] != DRAINING:
                            if best < 0 or st_busy[s] < st_busy[gr_first[g] + best]:
                                best = k
                            if gr_policy[g] == ROUND_ROBIN:
                                break
                if best < 0:
                    cause[t] = UNAVAILABLE
                    pc = op_fail[pc]
                else:
                    gr_turn[g] = (best + 1) % n
                    op_passes[pc] += 1
                    reg[t * registers + op_register[pc]] = best
                    pc += 1
            elif code == SHARE:
                s = op_station[pc]
                if op_member[pc] >= 0:
                    s += reg[t * registers + op_member[pc]]
                op_tries[pc] += 1
                if st_state[s] == DOWN or st_busy[s] >= st_servers[s] + st_limit[s]:
                    st_rejected[s] += 1
                    cause[t] = UNAVAILABLE if st_state[s] == DOWN else REJECTED
                    pc = op_fail[pc]
                    continue
                n = st_busy[s]
                slot = share_slot[s]
                base = slot * jobs
                if meta[HEAP] + 2 >= len(heap_time):
                    op_tries[pc] -= 1
                    tok_pc[t] = pc
                    meta[CURRENT] = t
                    return MORE_TOKENS
                if n >= jobs:
                    op_tries[pc] -= 1
                    tok_pc[t] = pc
                    meta[CURRENT] = t
                    return MORE_JOBS
                wait = sample(op_kind[pc], op_a[pc], op_b[pc], op_c[pc], table, word(key[t], op_salt[pc], lap[t]))
                touch(s, now, st_changed, st_busy, st_queued, busy_area, queue_area)
                dt = now - clock[1 + slot]
                if n == 0:
                    share_virtual[slot] = 0.0
                else:
                    share_virtual[slot] += dt * shared_rate(n, st_servers[s], st_slow[s])
                    share_work[slot] += dt * (n if n < st_servers[s] else st_servers[s])
                clock[1 + slot] = now
                since[t] = now
                tok_pc[t] = pc
                meta[SEQUENCE] += 1
                job_push(job_work, job_seq, job_token, base, n, share_virtual[slot] + wait, meta[SEQUENCE], t)
                n += 1
                st_busy[s] = n
                if n > st_peak[s]:
                    st_peak[s] = n
                left = (job_work[base] - share_virtual[slot]) / shared_rate(n, st_servers[s], st_slow[s])
                wake(heap_time, heap_seq, heap_who, meta, now + (left if left > 0.0 else 0.0), -1 - ops - s)
                share_seq[slot] = meta[SEQUENCE]
                break
            elif code == SET:
                reg[t * registers + op_register[pc]] = op_count[pc]
                pc += 1
            elif code == LOOP:
                k = t * registers + op_register[pc]
                reg[k] -= 1
                if reg[k] > 0:
                    lap[t] = (lap[t] + GOLDEN) & MASK
                    pc = op_jump[pc]
                else:
                    pc += 1
            elif code == RETRY:
                k = t * registers + op_register[pc]
                op_tries[pc] += 1
                if reg[k] <= 0:
                    pc = op_fail[pc]
                    continue
                op_passes[pc] += 1
                if record[t] >= 0:
                    rec_retries[record[t]] += 1
                wait = op_x[pc]
                for _ in range(op_station[pc] - reg[k]):
                    wait *= op_y[pc]
                if wait > op_z[pc]:
                    wait = op_z[pc]
                if op_count[pc] == 1:
                    wait *= unit(word(key[t], op_salt[pc], lap[t]))
                reg[k] -= 1
                cause[t] = DONE
                lap[t] = (lap[t] + GOLDEN) & MASK
                if wait > 0.0:
                    op_hold[pc] += wait
                    tok_pc[t] = op_jump[pc]
                    pause = wait
                    break
                pc = op_jump[pc]
            elif code == RAISE:
                op_tries[pc] += 1
                cause[t] = op_count[pc]
                pc = op_fail[pc]
            elif code == SEND:
                if meta[FREE] < 0 or meta[RECORDS] >= len(rec_start):
                    tok_pc[t] = pc
                    meta[CURRENT] = t
                    return MORE_TOKENS if meta[FREE] < 0 else MORE_RECORDS
                op_tries[pc] += 1
                w = meta[FREE]
                meta[FREE] = next_[w]
                meta[FREE_COUNT] -= 1
                r = meta[RECORDS]
                meta[RECORDS] = r + 1
                tok_pc[w] = op_jump[pc]
                rec_start[r] = now
                rec_flow[r] = op_flow[op_jump[pc]]
                record[w] = r
                owner[w] = 1
                parent[w] = -1
                cause[w] = DONE
                key[w] = mix64(word(key[t], op_salt[pc], lap[t]))
                lap[w] = salts[2]
                enlist(meta, next_, w)
                pc += 1
            elif code == LIMIT:
                s = op_station[pc]
                op_tries[pc] += 1
                level = refill(li_level[s], li_rate[s], li_burst[s], li_filled[s], now)
                li_filled[s] = now
                if level >= 1.0:
                    li_level[s] = level - 1.0
                    op_passes[pc] += 1
                    pc += 1
                else:
                    li_level[s] = level
                    li_refused[s] += 1
                    cause[t] = THROTTLED
                    pc = op_fail[pc]
            elif code == GUARD:
                s = op_station[pc]
                op_tries[pc] += 1
                if br_state[s] == 0 or (br_state[s] == 1 and now >= br_until[s]):
                    if br_state[s] == 1:
                        br_state[s] = 2
                    op_passes[pc] += 1
                    pc += 1
                else:
                    cause[t] = CIRCUIT_OPEN
                    pc = op_fail[pc]
            elif code == REPORT:
                s = op_station[pc]
                if op_count[pc] == 1:
                    if br_state[s] != 1:
                        br_failures[s] = 0
                        br_state[s] = 0
                else:
                    br_failures[s] += 1
                    if br_state[s] == 2 or (br_state[s] == 0 and br_failures[s] >= br_most[s]):
                        br_state[s] = 1
                        br_until[s] = now + br_wait[s]
                pc += 1
            elif code == MARK:
                reg_time[t * registers + op_register[pc]] = now
                pc += 1
            elif code == UNTIL:
                wait = reg_time[t * registers + op_register[pc]] + op_x[pc] - now
                pc += 1
                if wait > 0.0:
                    op_hold[pc - 1] += wait
                    tok_pc[t] = pc
                    pause = wait
                    break
            elif code == BEGIN:
                r = meta[RECORDS]
                if r >= len(rec_start):
                    tok_pc[t] = pc
                    meta[CURRENT] = t
                    return MORE_RECORDS
                meta[RECORDS] = r + 1
                rec_start[r] = now
                rec_flow[r] = op_count[pc]
                record[t] = r
                pc += 1
            elif code == COMPLETE:
                rec_end[record[t]] = now
                rec_status[record[t]] = cause[t] if op_count[pc] == 1 else DONE
                record[t] = -1
                cause[t] = DONE
                pc += 1
            else:  # CACHED
                op_tries[pc] += 1
                place = sample(op_kind[pc], op_a[pc], op_b[pc], op_c[pc], table, word(key[t], op_salt[pc], lap[t]))
                k = ca_base[op_station[pc]] + int(place)
                if k >= ca_base[op_station[pc] + 1]:
                    k = ca_base[op_station[pc] + 1] - 1
                if now - ca_filled[k] <= op_x[pc]:
                    op_passes[pc] += 1
                    pc = op_jump[pc]
                else:
                    ca_filled[k] = now
                    pc += 1
        if pause >= 0.0:
            wake(heap_time, heap_seq, heap_who, meta, now + pause, t)
