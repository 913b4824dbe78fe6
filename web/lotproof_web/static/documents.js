// Files of a form, sent one by one: each shows how far it is, what is wrong with it, and can be tried again.
// Without this file the form is sent as it is.
"use strict";
(() => {
  const start = (form) => {
    const list = form.querySelector("[data-list]"), words = form.dataset, inputs = form.querySelectorAll("input[type=file]");
    const live = document.getElementById("live");
    const waiting = [];
    let busy = false, failed = 0;

    const row = (file) => {
      const line = document.createElement("li"), text = document.createElement("span");
      const bar = document.createElement("progress"), told = document.createElement("span");
      text.textContent = file.name;
      bar.max = 100; bar.value = 0; bar.setAttribute("aria-label", file.name);
      told.className = "mark";
      line.append(text, bar, told);
      list.append(line);
      list.hidden = false;
      return {file, line, bar, told};
    };

    const wrong = (one, message, again) => {
      failed += 1;
      one.bar.hidden = true;
      one.told.className = "wrong";
      one.told.textContent = message + " ";
      if (live) live.textContent = one.file.name + ": " + message;
      if (!again) return;
      const button = document.createElement("button");
      button.type = "button"; button.className = "btn"; button.textContent = words.again;
      button.addEventListener("click", () => {
        failed -= 1; one.told.textContent = ""; one.bar.hidden = false; one.bar.value = 0;
        waiting.push(one); next();
      });
      one.told.append(button);
    };

    const right = (one, answer) => {
      const link = document.createElement("a");
      link.href = answer.href; link.textContent = words.sent;
      one.bar.hidden = true;
      one.told.className = "mark green";
      one.told.replaceChildren(link);
    };

    const next = () => {
      if (busy) return;
      const one = waiting.shift();
      if (!one) {
        if (!failed && list.children.length) { if (live) live.textContent = words.done; location.assign("/documents/"); }
        return;
      }
      if (one.file.size > Number(words.most)) { wrong(one, words.tooLarge, false); next(); return; }
      busy = true;
      const data = new FormData(), request = new XMLHttpRequest();
      for (const field of form.elements) {
        if (field.name && field.type !== "file" && field.type !== "submit") data.append(field.name, field.value);
      }
      data.append("file", one.file, one.file.name);
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", (sent) => {
        if (sent.lengthComputable) one.bar.value = Math.floor(100 * sent.loaded / sent.total);
      });
      const ended = (done) => { done(); busy = false; next(); };
      request.addEventListener("load", () => ended(() => {
        let answer = {};
        try { answer = JSON.parse(request.responseText); } catch { /* an answer of a proxy is no JSON */ }
        if (request.status === 201) right(one, answer);
        else wrong(one, answer.message || words.stopped, request.status >= 500 || !answer.message);
      }));
      for (const name of ["error", "timeout", "abort"]) {
        request.addEventListener(name, () => ended(() => wrong(one, words.stopped, true)));
      }
      request.send(data);
    };

    form.addEventListener("submit", (event) => {
      const chosen = [...inputs].flatMap((input) => [...input.files]);
      if (!chosen.length) return;  // the server says what is missing
      event.preventDefault();
      for (const file of chosen) waiting.push(row(file));
      for (const input of inputs) input.value = "";
      next();
    });
  };
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-files]").forEach(start));
})();
