// Shows the interface's own description.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("api");
  window.SwaggerUIBundle({url: place.dataset.spec, domNode: place, deepLinking: true, validatorUrl: null});
});
