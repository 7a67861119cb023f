// The little that HTML and htmx cannot do: copy and print buttons, a notification when a wait ends, the state of the tab, and a line when the wizard does not
// answer. Everything on the pages works without this file. It runs under script-src 'self': no inline handlers, no evaluation.
(() => {
  'use strict';
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  root.classList.add('js'); // shows the buttons that need a script

  // Says a text to screen readers. The region lies outside main and stays.
  const say = (text) => {
    const live = byId('live');
    if (live && live.textContent !== text) live.textContent = text;
  };

  // The words of this script stand in the page, as all others do.
  const words = () => byId('live').dataset;

  // ---- Copy and print ---------------------------------------------------
  const copied = (button, ok) => {
    const word = button.querySelector('[data-word]');
    if (!word) return;
    const before = word.dataset.word || word.textContent;
    word.dataset.word = before;
    word.textContent = ok ? words().sayCopied : words().saySelect;
    say(ok ? words().sayCopied : words().sayUncopied);
    setTimeout(() => { word.textContent = before; say(''); }, 2500);
  };
  const select = (button) => {
    const code = button.parentElement.querySelector('code');
    if (code) getSelection().selectAllChildren(code);
  };
  const copy = (button) => {
    if (!navigator.clipboard) { select(button); copied(button, false); return; }
    navigator.clipboard.writeText(button.dataset.copy).then(() => copied(button, true), () => { select(button); copied(button, false); });
  };

  // ---- Notification when a wait ends --------------------------------------
  let notify = false;
  const answer = (button, text) => {
    const word = button.querySelector('[data-word]');
    if (word && word.textContent !== text) word.textContent = text;
  };
  // Each poll draws the region anew as the wizard sends it, and the wizard does not know what this browser has promised.
  const keep = () => {
    if (notify) document.querySelectorAll('[data-notify]').forEach((button) => { button.disabled = true; answer(button, words().sayPromised); });
  };
  const ask = (button) => {
    const told = (text) => { answer(button, text); say(text); };
    if (!('Notification' in window)) { told(words().sayUnable); return; }
    Notification.requestPermission().then((allowed) => {
      notify = allowed === 'granted';
      keep();
      told(notify ? words().sayPromised : words().sayRefused);
    });
  };

  document.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    if ('copy' in button.dataset) copy(button);
    if ('print' in button.dataset) print();
    if ('notify' in button.dataset) ask(button);
  });

  // ---- The panel of the pretend world folds when something was made to happen --
  document.addEventListener('submit', (event) => {
    const panel = event.target.closest('.demo__panel');
    if (panel) setTimeout(() => { panel.open = false; }, 0);
  });

  // ---- The state of the tab follows the polled region -----------------------
  let last = { path: '', say: '', waits: false };
  const follow = () => {
    const region = byId('checks');
    const now = { path: location.pathname, say: region?.dataset.say ?? '', waits: region?.hasAttribute('hx-get') ?? false };
    const icon = document.querySelector('link[rel="icon"]');
    if (region && icon) {
      const href = icon.dataset[region.dataset.favicon || 'usual'];
      if (href && icon.getAttribute('href') !== href) icon.setAttribute('href', href);
    }
    document.querySelectorAll('.mast__nav a').forEach((a) => {
      if (region && a.dataset.at === region.dataset.at) a.setAttribute('aria-current', 'page'); else a.removeAttribute('aria-current');
    });
    if (now.path !== last.path) {
      say('');
    } else if (now.say !== last.say) {
      say(now.say);
      if (notify && last.waits && !now.waits) {
        new Notification('Plex Tunnel Wizard', { body: now.say });
        notify = false;
      }
    }
    last = now;
    keep();
  };
  follow();
  // Not after:swap: for a link inside main it is fired on an element that has left the page.
  document.addEventListener('htmx:after:process', follow);

  // ---- When the wizard itself does not answer ----------------------------------
  const offline = (is) => {
    const line = byId('offline');
    if (line && line.hidden === is) {
      line.hidden = !is;
      say(is ? line.textContent.trim() : '');
    }
  };
  document.addEventListener('htmx:error', (event) => { if (event.detail?.ctx && !event.detail.ctx.response) offline(true); });
  document.addEventListener('htmx:after:request', () => offline(false));
})();
