// Lets somebody draw their signature as well as type it. The lines go into a hidden box as an SVG path;
// whoever cannot or will not draw types the name, which is enough.
for (const place of document.querySelectorAll("[data-signature]")) {
  const kept = document.getElementById(place.dataset.signature);
  const form = kept?.closest("form");
  if (!form) continue;
  const box = document.createElement("div");
  box.className = "govuk-form-group";
  const label = document.createElement("p");
  label.className = "govuk-label govuk-label--l";
  label.textContent = "Or draw it as well, if you like";
  const canvas = document.createElement("canvas");
  canvas.className = "app-signature";
  canvas.width = 600;
  canvas.height = 200;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", "A field to draw your signature in. You need not.");
  const clear = document.createElement("button");
  clear.type = "button";
  clear.className = "govuk-button govuk-button--secondary";
  clear.textContent = "Clear the drawing";
  box.append(label, canvas, clear);
  form.querySelector(".govuk-button-group").before(box);

  const pen = canvas.getContext("2d");
  pen.lineWidth = 3;
  pen.lineCap = "round";
  let drawing = false;
  const at = (event) => {
    const frame = canvas.getBoundingClientRect();
    const part = (value, most, size) =>
      Math.max(0, Math.min(size, Math.round((value / most) * size)));
    return [
      part(event.clientX - frame.left, frame.width, canvas.width),
      part(event.clientY - frame.top, frame.height, canvas.height),
    ];
  };
  canvas.addEventListener("pointerdown", (event) => {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    const [x, y] = at(event);
    kept.value += `M${x} ${y} `;
    pen.beginPath();
    pen.moveTo(x, y);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    // More than this is no signature, and would not be taken.
    if (!drawing || kept.value.length > 40000) return;
    const [x, y] = at(event);
    kept.value += `L${x} ${y} `;
    pen.lineTo(x, y);
    pen.stroke();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      drawing = false;
    });
  }
  clear.addEventListener("click", () => {
    kept.value = "";
    pen.clearRect(0, 0, canvas.width, canvas.height);
  });
}
