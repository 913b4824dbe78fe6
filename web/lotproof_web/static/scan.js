// Read a lot's code by the camera or from a photo, and send its text as if it had been typed.
"use strict";
(() => {
  const box = document.getElementById("scanner");
  if (!box) return;
  const form = document.getElementById("scanned"), field = form.elements.q;
  const say = (name) => { document.getElementById("said").textContent = box.dataset[name] || ""; };
  let detector = null, stream = null, done = false;

  const ready = () => {
    if (detector) return detector;
    const formats = ["qr_code", "data_matrix", "ean_13", "ean_8", "upc_a", "upc_e", "code_128", "databar_expanded"];
    const own = window.BarcodeDetectionAPI;
    own.prepareZXingModule({overrides: {locateFile: () => box.dataset.wasm}});
    detector = new own.BarcodeDetector({formats});
    return detector;
  };
  const found = (codes) => {
    const text = codes.map((one) => one.rawValue).find(Boolean);
    if (!text || done) return false;
    done = true;
    if (stream) stream.getTracks().forEach((track) => track.stop());
    field.value = text;
    form.submit();
    return true;
  };

  const photo = document.getElementById("photo");
  photo.addEventListener("change", async () => {
    if (!photo.files.length) return;
    say("reading");
    try {
      if (!found(await ready().detect(photo.files[0]))) say("nothing");
    } catch (error) { say("failed"); }
  });

  const video = box.querySelector("video"), start = document.getElementById("camera");
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return;
  start.hidden = false;
  const look = async () => {
    if (done || !stream) return;
    try {
      if (video.readyState >= 2 && found(await ready().detect(video))) return;
    } catch (error) { say("failed"); return; }
    setTimeout(look, 150);
  };
  start.addEventListener("click", async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: "environment"}, audio: false});
      video.srcObject = stream;
      video.hidden = false; start.hidden = true;
      await video.play();
      say("aim");
      look();
    } catch (error) { say("nocamera"); }
  });
})();
