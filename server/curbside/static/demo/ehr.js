// The EHR's own script: who is logged in, and where they are. What it tells Curbside is all that an EHR has to tell.
const body = document.body;
let login = JSON.parse(body.dataset.login);

/** Where the person is: names of modules, screens and errors, never a patient. */
function context() {
  const fields = {};
  for (const [name, value] of Object.entries(body.dataset))
    if (name.startsWith("context")) fields[name.slice(7).toLowerCase()] = value;
  return fields;
}

async function post(path, content = {}) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content),
  });
  return { ok: answer.ok, ...(await answer.json()) };
}

function boot() {
  const user = login.user;
  Curbside("boot", {
    user,
    locale: login.locale,
    context: context(),
    token: async (nonce) => (await post("/token", { nonce, user })).token,
  });
}

let saying;
function say(text) {
  const toast = document.querySelector(".toast");
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(saying);
  saying = setTimeout(() => {
    toast.hidden = true;
  }, 4000);
}

/** Somebody else takes over, and the page stays. */
async function switchTo(person) {
  Curbside("logout");
  login = await post("/switch", { person });
  for (const part of document.querySelectorAll("[data-fill]")) {
    part.textContent = login[part.dataset.fill];
    if (part.dataset.tone) part.dataset.tone = login.tone;
  }
  document.querySelector(".who").open = false;
  boot();
  say(`${login.name} is working here now`);
}

async function sign(button) {
  button.disabled = true;
  const answer = await post("/orders/sign", { set: button.dataset.sign });
  const alert = document.querySelector(".alert");
  alert.hidden = answer.ok;
  if (answer.ok) {
    delete body.dataset.contextError;
    button.textContent = "Signed";
    say(`${answer.signed}: signed`);
  } else {
    button.disabled = false;
    body.dataset.contextError = answer.error;
    document.querySelector("[data-error]").textContent = `Error ${answer.error}`;
    alert.scrollIntoView({ block: "nearest" });
  }
  Curbside("setContext", context());
}

function find(words) {
  let any = false;
  for (const row of document.querySelectorAll("[data-row]")) {
    row.hidden = !row.dataset.row.toLowerCase().includes(words.trim().toLowerCase());
    any ||= !row.hidden;
  }
  document.querySelector(".none").hidden = any;
}

document.addEventListener("click", async (event) => {
  const pressed = event.target.closest("button");
  const menu = document.querySelector(".who[open]");
  if (menu && !event.target.closest(".who")) menu.open = false;
  if (!pressed) return;
  if (pressed.dataset.switch) await switchTo(pressed.dataset.switch);
  if (pressed.dataset.sign) await sign(pressed);
  if (pressed.dataset.says) say(pressed.dataset.says);
  if ("logout" in pressed.dataset) {
    Curbside("logout");
    await post("/logout");
    location.assign("/");
  }
});
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector(".who[open]");
  if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.querySelector("[data-find]")?.addEventListener("input", (event) => find(event.target.value));
if (login) boot();
else Curbside("boot", { context: context() });
