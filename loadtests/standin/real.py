"""Real work behind the data components: rows in PostgreSQL, entries in Redis, by the entities of the paths."""

from __future__ import annotations

import contextvars
import json
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final

import asyncpg
import psutil
import redis.asyncio

from loadtests.chance import seeded
from loadtests.standin.places import Place
from loadtests.standin.routes import entity_of
from loadtests.standin.servers import postgres
from loadtests.standin.servers import redis as redis_server
from model.component import Component
from model.sizing import SizedGraph

SEED_ROWS: Final = 1000
SEED_BODY_BYTES: Final = 500
ENTRY: Final = b"x" * SEED_BODY_BYTES
BODY: Final = json.dumps({"pad": "x" * SEED_BODY_BYTES})
OWNERS: Final = 100
ENTRY_S: Final = 300
HOT_KEYS: Final = 200
"""Entries that are asked for again and again; a key beyond them was never written."""
POOL: Final = 50
WAIT_S: Final = 10.0
"""For a connection, and for an answer."""

asked_key: contextvars.ContextVar[str] = contextvars.ContextVar("asked_key", default="")
"""The cache key of the request at hand: what missed is what is then written."""


_STATEMENTS: Final = {
    "table": 'CREATE TABLE "{}" (id bigserial PRIMARY KEY, owner int NOT NULL, body jsonb NOT NULL, '
    "made timestamptz NOT NULL DEFAULT now())",
    "index": 'CREATE INDEX ON "{}" (owner, made)',
    "write": 'INSERT INTO "{}" (owner, body) VALUES ($1, $2)',
    "delete": 'DELETE FROM "{}" WHERE id = $1',
    "query": 'SELECT * FROM "{}" WHERE owner = $1 ORDER BY made DESC LIMIT 20',
    "read": 'SELECT * FROM "{}" WHERE id = $1',
}


def statement(name: str, entity: str) -> str:
    """A statement on an entity's table; its name is letters, digits and underscores, as `entity_of` leaves it."""
    return _STATEMENTS[name].format(entity)


class Database:
    """One PostgreSQL with a table per entity, asked through a pool of connections."""

    def __init__(self, pool: Any, seed: int) -> None:
        self.pool = pool
        self.chance = seeded(seed)
        self.pid: int | None = None
        """Of its server, where it stands for one component alone: its CPU time is then the component's."""

    @classmethod
    async def filled(cls, host: str, entities: set[str], seed: int) -> Database:
        """Connect, make the tables, seed them."""
        login = {"host": host, "user": "stand_in", "database": "postgres"}
        pool = await asyncpg.create_pool(**login, min_size=2, max_size=POOL, command_timeout=WAIT_S)
        async with pool.acquire() as connection:
            for entity in sorted(entities):
                await connection.execute(statement("table", entity))
                await connection.executemany(statement("write", entity), [(k % OWNERS, BODY) for k in range(SEED_ROWS)])
                await connection.execute(statement("index", entity))
        return cls(pool, seed)

    async def serve(self, op: str, entity: str, hit_ratio: float | None) -> bool:
        """One statement: a row by its key, the newest twenty of an owner, a new row, or a row less."""
        one = self.chance.randrange(1, SEED_ROWS + 1)
        match op:
            case "write":
                await self.pool.execute(statement("write", entity), one % OWNERS, BODY)
            case "delete":
                await self.pool.execute(statement("delete", entity), one + SEED_ROWS)
            case "query":
                await self.pool.fetch(statement("query", entity), one % OWNERS)
            case _:
                await self.pool.fetchrow(statement("read", entity), one)
        return hit_ratio is None or self.chance.random() >= hit_ratio

    def cpu_s(self) -> float | None:
        return cpu_s_of(self.pid)

    async def close(self) -> None:
        await self.pool.close()


class Cache:
    """One Redis, asked for keys that are mostly there: as often as the plan says, once they have been written."""

    def __init__(self, client: Any, seed: int) -> None:
        self.client = client
        self.chance = seeded(seed)
        self.pid: int | None = None
        self.fresh = 0

    @classmethod
    async def filled(cls, path: str, entities: set[str], seed: int) -> Cache:
        """Connect, and write the hot keys: a service that has run for a while."""
        connections = redis.asyncio.BlockingConnectionPool(
            connection_class=redis.asyncio.UnixDomainSocketConnection, path=path, max_connections=POOL, timeout=WAIT_S
        )
        client = redis.asyncio.Redis(connection_pool=connections)
        for entity in sorted(entities):
            for number in range(HOT_KEYS):
                await client.set(f"{entity}:{number}", ENTRY)
        return cls(client, seed)

    async def serve(self, op: str, entity: str, hit_ratio: float | None) -> bool:
        """One access; of a lookup, whether the key was missing."""
        if hit_ratio is not None:
            return not await self.look_up(entity, hit_ratio)
        key = asked_key.get() or f"{entity}:{self.chance.randrange(HOT_KEYS)}"
        match op:
            case "write":
                await self.client.set(key, ENTRY, ex=ENTRY_S)
            case "delete":
                await self.client.delete(f"{entity}:fresh:{self.fresh}")
            case _:
                await self.client.get(key)
        return True

    async def look_up(self, entity: str, hit_ratio: float) -> bool:
        """Ask for a key, a hot one as often as the plan hits; whether it was there."""
        if self.chance.random() < hit_ratio:
            key = f"{entity}:{self.chance.randrange(HOT_KEYS)}"
        else:
            self.fresh += 1
            key = f"{entity}:fresh:{self.fresh}"
        asked_key.set(key)
        return await self.client.get(key) is not None

    def cpu_s(self) -> float | None:
        return cpu_s_of(self.pid)

    async def close(self) -> None:
        await self.client.aclose()
        await self.client.connection_pool.disconnect()


class RealParts:
    """What stands behind the data components of one stand-in while it runs."""

    def __init__(self, stack: AsyncExitStack, database: Database | None, cache: Cache | None) -> None:
        self._stack = stack
        self.database = database
        self.cache = cache

    @classmethod
    async def started(cls, places: Mapping[str, Place], graph: SizedGraph, folder: Path, seed: int) -> RealParts:
        """Start the servers that the stage's components call for, fill them, and put them behind their places."""
        databases = [name for name in places if is_database(graph.components[name])]
        caches = [name for name in places if is_cache(graph.components[name])]
        entities = {entity_of(endpoint) for endpoint in graph.endpoints.values()}
        stack, database, cache = AsyncExitStack(), None, None
        try:
            if databases:
                host, pid = stack.enter_context(postgres(made(folder / "postgres")))
                database = await Database.filled(host, entities, seed)
                database.pid = pid if len(databases) == 1 else None
                stack.push_async_callback(database.close)
            if caches:
                socket, pid = stack.enter_context(redis_server(made(folder / "redis")))
                cache = await Cache.filled(socket, entities, seed)
                cache.pid = pid if len(caches) == 1 else None
                stack.push_async_callback(cache.close)
        except BaseException:
            await stack.aclose()
            raise
        for name in databases:
            places[name].real = database
        for name in caches:
            places[name].real = cache
        return cls(stack, database, cache)

    async def close(self) -> None:
        """Close the connections and stop the servers."""
        await self._stack.aclose()


def cpu_s_of(pid: int | None) -> float | None:
    """CPU seconds of a server and its children, ended ones included; None without one."""
    if pid is None:
        return None
    try:
        server = psutil.Process(pid)
        return float(sum(sum(member.cpu_times()[:4]) for member in (server, *server.children(recursive=True))))
    except psutil.Error:
        return None


def is_database(component: Component) -> bool:
    """Whether PostgreSQL stands for a component."""
    part = getattr(component, "part", None)
    return component.kind in ("rds", "aurora") or (component.kind == "supabase" and part in ("database", "project"))


def is_cache(component: Component) -> bool:
    """Whether Redis stands for a component."""
    return component.kind == "elasticache" and getattr(component, "engine", "") != "memcached"


def made(folder: Path) -> Path:
    """A folder, made if it is missing; its parents can be passed by the servers' user."""
    folder.mkdir(parents=True)
    folder.parent.chmod(0o711)
    return folder
