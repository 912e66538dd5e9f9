// Runs before anything is painted, and works without a byte of Wasm: theme, language, and the route
// for the styles. The gateway knows which pages there are.
{
  const page = document.documentElement.dataset;
  const stored = (() => { try { return localStorage.croupier_theme; } catch { return null; } })();
  const light = matchMedia('(prefers-color-scheme: light)').matches;
  page.theme = ['light', 'dark'].includes(stored) ? stored : light ? 'light' : 'dark';
  const path = location.pathname.split('/').filter(Boolean);
  page.page = !path[0] ? 'home' : '{{pages}}'.split(' ').includes(path[0]) ? path[0] : 'not-found';
  page.tables = path[2] ? 2 : 1;

  addEventListener('DOMContentLoaded', () => {
    const language = document.getElementById('language');
    language.value = document.documentElement.lang;
    language.onchange = () => {
      document.cookie = `croupier_locale=${language.value}; Path=/; Max-Age=31536000; SameSite=Lax`;
      location.reload(); // the gateway renders the page in its language
    };
    document.getElementById('theme').onclick = () => {
      page.theme = page.theme == 'light' ? 'dark' : 'light';
      try { localStorage.croupier_theme = page.theme; } catch { /* then for as long as the page lives */ }
    };
  });
}
