// The page's own script. Everything works without it; with it, progress is live and files can be dropped.
"use strict";

// Progress: the parts of the page that show it are fetched anew until the work has ended.
const live = document.querySelector("#live[data-poll]");
let misses = 0;

// The button, its line and what can be pressed beside it. The line is read out where the step changes, not at every second.
function showButton(fresh) {
  const now = document.querySelector(".do");
  if (!now || !fresh) return;
  const [name, said] = [now.querySelector(".primary"), fresh.querySelector(".primary").textContent];
  const [line, words] = [now.querySelector("#line"), fresh.querySelector("#line").textContent];
  const [ways, others] = [now.querySelector(".ways"), fresh.querySelector(".ways")];
  const isNew = name.textContent !== said || ways?.textContent !== others?.textContent;
  line.setAttribute("aria-live", isNew ? "polite" : "off");
  if (line.textContent !== words) line.textContent = words;
  if (isNew) {
    now.dataset.state = fresh.dataset.state;
    name.textContent = said;
    const wasInside = ways?.contains(document.activeElement);
    ways?.remove();
    if (others) now.append(others);
    if (wasInside) others?.querySelector("button, a")?.focus();
  }
}

async function poll() {
  let next = 400;
  try {
    const answer = await fetch(live.dataset.poll, { credentials: "same-origin", cache: "no-store" });
    if (answer.status === 403) { location.reload(); return; }
    const parts = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = parts.querySelector("#progress");
    misses = 0;
    if (!fresh || fresh.dataset.ended !== undefined) {
      location.assign(fresh?.dataset.next ?? "/");
      return;
    }
    live.querySelector("#progress")?.replaceWith(fresh);
    showButton(parts.querySelector(".do"));
  } catch {
    misses += 1;
    next = 2000;
    const line = document.querySelector("#line");
    if (misses > 3 && line) line.textContent = "程式已關閉。請從桌面圖示重新開啟。";
  }
  setTimeout(poll, next);
}
if (live) setTimeout(poll, 300);

// Files: dropped onto the box, they are as if chosen in it.
for (const box of document.querySelectorAll(".drop")) {
  const input = box.querySelector("input[type=file]");
  const list = box.querySelector(".drop-list");
  const most = Number(document.body.dataset.largest);
  const shown = () => {
    const total = [...input.files].reduce((sum, each) => sum + each.size, 0);
    // Asked for here: a browser shows no answer to what it was not allowed to finish sending.
    const wrong = total > most ? `檔案太大：合計 ${Math.ceil(total / 1e6)} MB，一次最多 ${most / 1e6} MB。` : "";
    input.setCustomValidity(wrong);
    list.textContent = wrong || [...input.files].map((each) => each.name).join("、");
  };
  input.addEventListener("change", shown);
  for (const name of ["dragover", "dragenter"]) {
    box.addEventListener(name, (event) => { event.preventDefault(); box.classList.add("over"); });
  }
  box.addEventListener("dragleave", () => box.classList.remove("over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("over");
    input.files = event.dataTransfer.files;
    shown();
  });
}

// A form is sent once, however often its button is pressed.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => {
    const frame = button.dataset.print && document.querySelector(button.dataset.print);
    if (frame) { frame.contentWindow.focus(); frame.contentWindow.print(); } else { print(); }
  });
}
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "✔ 已複製";
  });
}
