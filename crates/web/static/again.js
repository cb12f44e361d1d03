/**
 * A page that could not be shown: asks for it again when the server said to, and loads it only once there
 * is something to show, so that nobody's screen flickers while the crowd lasts.
 */

const note = /** @type {HTMLElement} */ (document.getElementById("again"));
const pause = Number(note.dataset.seconds) * 1000;

async function ask() {
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (answer.status < 500) {
      // What a form was sent to may stand in the address bar; asked for by GET it leads on.
      location.replace(answer.url);
      return;
    }
  } catch {
    // No line either: the same as no answer.
  }
  wait();
}

function wait() {
  // A crowd must not come back in step.
  window.setTimeout(() => void ask(), pause * (1 + Math.random() / 2));
}

note.hidden = false;
wait();
