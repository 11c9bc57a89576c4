// Messages: what happened (said politely, gone after a while) and what is on offer (stays).

import { button, el, icon } from "./dom.js";

const GONE_AFTER_MS = 5000;

/** Build the places for messages; `host` is a live region in the page. */
export function createNotice(host) {
  const announcer = el("div", { class: "spoken", "aria-live": "polite", "aria-atomic": "true" });
  document.body.append(announcer);
  let timer = 0;

  function hide() {
    clearTimeout(timer);
    host.replaceChildren();
    host.hidden = true;
  }

  function show(text, actions) {
    clearTimeout(timer);
    const close = button({ class: "ghost", "aria-label": "Dismiss", on: { click: hide } }, icon("close"));
    host.hidden = false;
    host.replaceChildren(el("p", { text }), ...actions, close);
  }

  return {
    /** Say what happened: in sight for a few seconds. */
    say(text) {
      show(text, []);
      timer = setTimeout(hide, GONE_AFTER_MS);
    },
    /** Offer an action until it is taken or dismissed. */
    offer(text, label, onAccept) {
      const accept = () => {
        hide();
        onAccept();
      };
      show(text, [button({ class: "plain", text: label, on: { click: accept } })]);
    },
    /** A failure that stays in sight. */
    fail(text) {
      show(text, []);
      host.dataset.kind = "failure";
    },
    /** Say something to assistive technology alone. */
    announce(text) {
      announcer.textContent = text;
    },
    hide,
  };
}
