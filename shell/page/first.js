// Runs before anything is painted, and works without a byte of Wasm: theme, language, and the route
// for the styles. The gateway knows which pages there are.
{
  const page = document.documentElement.dataset;
  let chosen;
  try { chosen = localStorage.croupier_theme; } catch { /* the player keeps nothing */ }
  const light = matchMedia('(prefers-color-scheme: light)');
  // Whoever has chosen none has that of the system, also when it changes at sunset.
  const paint = () => { page.theme = ['light', 'dark'].includes(chosen) ? chosen : light.matches ? 'light' : 'dark'; };
  paint();
  light.onchange = paint;
  const path = location.pathname.split('/').filter(Boolean);
  page.page = !path[0] ? 'home' : '{{pages}}'.split(' ').includes(path[0]) ? path[0] : 'not-found';
  page.tables = path.slice(1).length;

  addEventListener('DOMContentLoaded', () => {
    const language = document.getElementById('language');
    language.value = document.documentElement.lang;
    language.onchange = () => {
      document.cookie = `croupier_locale=${language.value}; Path=/; Max-Age=31536000; SameSite=Lax`;
      location.reload(); // the gateway renders the page in its language
    };
    document.getElementById('theme').onclick = () => {
      chosen = page.theme == 'light' ? 'dark' : 'light';
      paint();
      try { localStorage.croupier_theme = chosen; } catch { /* then for as long as the page lives */ }
    };
  });
}
