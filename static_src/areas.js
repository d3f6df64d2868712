// On the page of a scan somebody draws a frame around what is withheld; the four boxes of the form follow it,
// and it follows them. Without this the boxes are filled in.
const STEP = 1; // per cent: an arrow key
const SMALLEST = 0.5;

for (const tool of document.querySelectorAll("[data-areas]")) {
  const boxes = ["left", "top", "right", "bottom"].map((name) => document.getElementById(`id_${name}`));
  const page = tool.querySelector("[data-areas-page]");
  const chosen = tool.querySelector("[data-areas-chosen]");
  const frame = tool.querySelector("[data-areas-frame]");
  const finger = tool.querySelector("[data-areas-finger]");
  const said = tool.querySelector("[data-areas-said]");
  if (boxes.includes(null)) continue;
  let start = null;

  const within = (value) => Math.max(0, Math.min(100, Math.round(value * 10) / 10));
  const read = () => boxes.map((box) => (box.value === "" ? NaN : Number(box.value)));

  const show = () => {
    const [left, top, right, bottom] = read();
    const isArea = left < right && top < bottom;
    chosen.setAttribute("x", isArea ? left * 10 : 0);
    chosen.setAttribute("y", isArea ? top * 10 : 0);
    chosen.setAttribute("width", isArea ? (right - left) * 10 : 0);
    chosen.setAttribute("height", isArea ? (bottom - top) * 10 : 0);
    // Where the keyboard finds it; a frame that nobody has drawn waits in the middle of the page.
    const [x, y, right_, bottom_] = isArea ? [left, top, right, bottom] : [40, 45, 60, 50];
    frame.style.left = `${x}%`;
    frame.style.top = `${y}%`;
    frame.style.width = `${right_ - x}%`;
    frame.style.height = `${bottom_ - y}%`;
  };

  const write = (edges) => {
    boxes.forEach((box, place) => {
      box.value = within(edges[place]);
    });
    boxes[0].dispatchEvent(new Event("input", { bubbles: true }));
    show();
  };

  const speak = () => {
    const [left, top, right, bottom] = read();
    said.textContent = `From ${left} to ${right} per cent across, and ${top} to ${bottom} per cent down.`;
  };

  const at = (event) => {
    const around = page.getBoundingClientRect();
    return [
      (100 * (event.clientX - around.left)) / around.width,
      (100 * (event.clientY - around.top)) / around.height,
    ];
  };

  // A finger moves the page, unless somebody has said that it draws.
  const draws = (event) => event.pointerType !== "touch" || finger.getAttribute("aria-pressed") === "true";
  const letFinger = (isDrawing) => {
    finger.setAttribute("aria-pressed", String(isDrawing));
    page.classList.toggle("app-scan--drawn-by-finger", isDrawing);
  };

  page.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !draws(event)) return;
    start = at(event);
    page.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  page.addEventListener("pointermove", (event) => {
    if (start === null) return;
    const [x, y] = at(event);
    write([Math.min(x, start[0]), Math.min(y, start[1]), Math.max(x, start[0]), Math.max(y, start[1])]);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    page.addEventListener(end, () => {
      if (start === null) return;
      start = null;
      letFinger(false);
      speak();
    });
  }

  // The keys do not scroll here, so that the page follows the frame; also when a picture that comes late moves it.
  const follow = () => frame.scrollIntoView({ block: "nearest", inline: "nearest" });
  page.querySelector("img").addEventListener("load", () => {
    if (document.activeElement === frame) follow();
  });

  const MOVES = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
  frame.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    let [left, top, right, bottom] = read();
    if (!(left < right && top < bottom)) {
      [left, top, right, bottom] = [40, 45, 60, 50];
    }
    if (event.shiftKey) {
      write([left, top, Math.max(left + SMALLEST, right + move[0]), Math.max(top + SMALLEST, bottom + move[1])]);
    } else {
      // It stops at the edges of the page and keeps its size.
      const across = Math.max(-left, Math.min(100 - right, move[0]));
      const down = Math.max(-top, Math.min(100 - bottom, move[1]));
      write([left + across, top + down, right + across, bottom + down]);
    }
    follow();
    speak();
  });
  finger.addEventListener("click", () => letFinger(finger.getAttribute("aria-pressed") !== "true"));
  for (const box of boxes) {
    box.addEventListener("input", show);
  }

  frame.tabIndex = 0;
  for (const hidden of [frame, finger, tool.querySelector("[data-areas-how]")]) {
    hidden.hidden = false;
  }
  show();
}
