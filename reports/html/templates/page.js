(function () {
  const root = document.documentElement;
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));

  /* Do something that changes the page above `anchor` without moving it on the screen. */
  function inPlace(anchor, change) {
    const before = anchor.getBoundingClientRect().top;
    change();
    const moved = anchor.getBoundingClientRect().top - before;
    if (moved) window.scrollBy({ top: moved, behavior: "instant" });
  }

  /* Stages: one choice per architecture, shown by every stepper and panel of it. */
  function showStage(architecture, stage) {
    all("[data-panel]").filter((panel) => panel.dataset.panel === architecture)
      .forEach((panel) => panel.classList.toggle("current", panel.dataset.stage === stage));
    steppers(architecture).forEach((stepper) => {
      const radios = all("input", stepper);
      const place = radios.findIndex((radio) => radio.value === stage);
      radios[place].checked = true;
      const [back, on] = all("[data-step]", stepper);
      back.disabled = place === 0;
      on.disabled = place === radios.length - 1;
      const label = radios[place].parentElement;
      stepper.scrollLeft = label.offsetLeft - (stepper.clientWidth - label.offsetWidth) / 2;
    });
  }
  const steppers = (architecture) => all("[data-stages]").filter((item) => item.dataset.stages === architecture);

  function step(stepper, by) {
    const radios = all("input", stepper);
    const next = radios[radios.findIndex((radio) => radio.checked) + by];
    if (next) inPlace(stepper, () => showStage(stepper.dataset.stages, next.value));
  }

  all("[data-stages]").forEach((stepper) => {
    stepper.addEventListener("change", (event) =>
      inPlace(stepper, () => showStage(stepper.dataset.stages, event.target.value)));
    all("[data-step]", stepper).forEach((button) =>
      button.addEventListener("click", () => step(stepper, Number(button.dataset.step))));
    all("[data-step]", stepper)[0].disabled = true;
  });

  /* Arrow keys step through the stages wherever they do nothing else. */
  document.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const at = document.activeElement;
    if (at && at.matches("input, textarea, select")) return;
    const box = at && at.closest(".viewport, .scroll");
    if (box && box.scrollWidth > box.clientWidth + 1) return;
    const stepper = all(".architecture.current [data-stages]").find((item) => {
      const part = item.closest(".part").getBoundingClientRect();
      return part.bottom > window.innerHeight / 3 && part.top < window.innerHeight;
    });
    if (stepper) { event.preventDefault(); step(stepper, by); }
  });

  /* Architectures: one at a time. */
  function showArchitecture(name) {
    all("[data-architecture]").forEach((item) => item.classList.toggle("current", item.dataset.architecture === name));
    all("[data-links]").forEach((item) => item.classList.toggle("current", item.dataset.links === name));
    all("[data-chooser] input").forEach((radio) => { radio.checked = radio.value === name; });
  }
  all("[data-chooser] input").forEach((radio) => radio.addEventListener("change", () => {
    const title = document.getElementById(radio.value);
    showArchitecture(radio.value);
    if (title.getBoundingClientRect().bottom < 0 || window.scrollY > title.offsetTop) title.scrollIntoView();
  }));

  /* A link to something that is not shown shows it first. */
  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const architecture = target.closest("[data-architecture]");
    if (architecture) showArchitecture(architecture.dataset.architecture);
    const panel = target.closest("[data-panel]");
    if (panel) showStage(panel.dataset.panel, panel.dataset.stage);
    for (let at = target.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
    target.scrollIntoView();
  }
  window.addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  /* The bill: groups that open and close, and a filter over all lines. */
  function open(group, is) {
    group.classList.toggle("closed", !is);
    all("[data-toggle]", group)[0].setAttribute("aria-expanded", String(is));
  }
  const groupsOf = (architecture) => all("[data-group]", document.getElementById(architecture + ".bill"));
  all("[data-toggle]").forEach((button) => button.addEventListener("click", () => {
    const group = button.closest("[data-group]");
    open(group, group.classList.contains("closed"));
  }));
  all("[data-open-all]").forEach((button) => button.addEventListener("click", () =>
    groupsOf(button.dataset.openAll).forEach((group) => open(group, true))));
  all("[data-close-all]").forEach((button) => button.addEventListener("click", () =>
    groupsOf(button.dataset.closeAll).forEach((group) => open(group, false))));
  all("[data-filter]").forEach((input) => input.addEventListener("input", () => {
    const sought = input.value.trim().toLowerCase();
    let found = 0;
    groupsOf(input.dataset.filter).forEach((group) => {
      const [head, ...lines] = all("tr", group);
      const whole = head.textContent.toLowerCase().includes(sought);
      const fits = lines.filter((line) => whole || line.textContent.toLowerCase().includes(sought));
      lines.forEach((line) => line.classList.toggle("filtered", sought !== "" && !fits.includes(line)));
      group.classList.toggle("filtered", sought !== "" && fits.length === 0);
      group.classList.toggle("match", sought !== "" && fits.length > 0);
      if (group.closest(".panel.current")) found += fits.length;
    });
    all("[data-found]").filter((status) => status.dataset.found === input.dataset.filter).forEach((status) => {
      status.textContent = sought ? `${found} ${found === 1 ? "line" : "lines"} at this stage` : "";
    });
  }));

  /* Diagrams: full size, and an SVG file made of what the page shows. */
  all("[data-zoom]").forEach((button) => button.addEventListener("click", () => {
    const full = button.getAttribute("aria-pressed") !== "true";
    all("[data-zoom]").forEach((other) => {
      other.setAttribute("aria-pressed", String(full));
      other.closest("[data-drawing]").classList.toggle("full", full);
    });
  }));
  all("[data-download]").forEach((link) => link.addEventListener("click", () => {
    const copy = link.closest("[data-drawing]").querySelector("svg").cloneNode(true);
    const used = new Set(all("use", copy).map((use) => use.getAttribute("href").slice(1)));
    const defs = document.createElementNS("http://www.w3.org/2000/svg", "defs");
    used.forEach((id) => {
      const symbol = document.getElementById(id);
      if (symbol && !copy.querySelector("#" + CSS.escape(id))) defs.append(symbol.cloneNode(true));
    });
    copy.prepend(defs);
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    const file = new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" });
    link.href = URL.createObjectURL(file);
  }));

  /* Light and dark. */
  all("[data-theme-toggle]").forEach((button) => button.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("stageplan-theme", root.dataset.theme); } catch (error) { /* see above */ }
  }));
})();
