// What the signed-in pages do beyond plain HTML; each of them works without this file.
"use strict";
(() => {
  const live = () => document.getElementById("live");
  const say = (text) => { if (live()) live().textContent = text; };

  // "/" goes to the search field; Escape closes what is open.
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input,textarea,select,[contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const field = document.getElementById("seek");
      if (field && field.offsetParent) { event.preventDefault(); field.focus(); field.select(); }
    }
    if (event.key === "Escape") {
      const open = event.target.closest("details.drop[open]") || document.querySelector("details.drop[open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); }
    }
  });
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.drop[open]").forEach((open) => {
      if (!open.contains(event.target)) open.open = false;
    });
  });

  // After the page changed in part: go to what is wrong, else stay in the field, else to the top; and say what is there.
  const settle = () => {
    const wrong = document.querySelector("#main [data-focus]");
    if (wrong) { wrong.focus(); return; }
    const main = document.getElementById("main");
    if (document.activeElement === document.body && main) main.focus({preventScroll: true});
    const told = ["#main .found p", "#main .empty", "#main h1"].map((one) => document.querySelector(one)).find(Boolean);
    if (told) say(told.textContent.trim());
    begin(main);
  };
  const watch = () => {
    const sheet = document.querySelector(".sheet");
    if (!sheet) return;
    new MutationObserver((changes) => {
      if (changes.some((change) => [...change.addedNodes].some((node) => node.id === "main"))) settle();
    }).observe(sheet, {childList: true});
  };

  // A document: larger, smaller, turned, by button or key.
  const look = (paper) => {
    let zoom = 1, turns = 0;
    const act = {
      in: () => { zoom = Math.min(4, zoom + 1); },
      out: () => { zoom = Math.max(1, zoom - 1); },
      turn: () => { turns = (turns + 1) % 4; },
    };
    const run = (name) => {
      act[name]();
      paper.classList.remove("z2", "z3", "z4", "r1", "r2", "r3");
      if (zoom > 1) paper.classList.add("z" + zoom);
      if (turns) paper.classList.add("r" + turns);
    };
    const buttons = paper.querySelector(".acts");
    buttons.hidden = false;
    buttons.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (button) run(button.dataset.act);
    });
    paper.addEventListener("keydown", (event) => {
      const name = {"+": "in", "=": "in", "-": "out", r: "turn"}[event.key];
      if (name) { event.preventDefault(); run(name); }
      const pages = [...paper.querySelectorAll("a")];
      const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
      if (step && pages.length > 1) {
        const at = pages.indexOf(document.activeElement);
        const next = pages[Math.min(pages.length - 1, Math.max(0, at + step))];
        event.preventDefault(); next.focus(); next.scrollIntoView({block: "start"});
      }
    });
  };

  // A form with files shows how far it is, and can be tried again; the answer is shown as the browser would.
  const send = (form) => {
    const box = form.querySelector(".sending");
    if (!box) return;
    const bar = box.querySelector("progress"), percent = box.querySelector(".percent");
    const stopped = box.querySelector(".wrong");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const request = new XMLHttpRequest(), data = new FormData(form, event.submitter);
      request.open("POST", form.action);
      request.responseType = "document";
      request.upload.addEventListener("progress", (sent) => {
        if (!sent.lengthComputable) return;
        bar.value = Math.floor(100 * sent.loaded / sent.total);
        percent.textContent = bar.value + " %";
      });
      request.addEventListener("load", () => {
        const page = request.responseXML;
        if (page && request.status >= 400 && page.getElementById("main")) {
          document.getElementById("main").replaceWith(document.adoptNode(page.getElementById("main")));
          if (window.htmx) window.htmx.process(document.getElementById("main"));
          settle();
        } else { location.assign(request.responseURL || form.action); }
      });
      const fail = () => { stopped.hidden = false; say(stopped.textContent.trim()); };
      request.addEventListener("error", fail);
      request.addEventListener("timeout", fail);
      box.hidden = false; stopped.hidden = true; bar.value = 0;
      request.send(data);
    });
  };

  // What was sent is no draft any more: what waits to be saved would come back in the next form.
  document.addEventListener("submit", (event) => {
    event.target.querySelectorAll(".saved").forEach((one) => one.remove());
  }, true);

  const begin = (root) => {
    root.querySelectorAll("[data-viewer]").forEach(look);
    root.querySelectorAll("form[data-upload]").forEach(send);
  };
  document.addEventListener("DOMContentLoaded", () => {
    begin(document);
    watch();
    const wrong = document.querySelector("[data-focus]");
    if (wrong) wrong.focus();
  });
})();
