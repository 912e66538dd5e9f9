//! The script with which a page asks for its pack. It stands before the style sheets: one behind them would wait for
//! them. It is no preload, because which pack a page takes, its browser knows.

use std::io::ErrorKind;
use std::path::Path;

use super::page::PageError;

/// The script, in the shell's folder.
const SCRIPT: &str = "offer.mjs";
/// Where the pack's address goes.
const OFFERED: &str = "croupier:offered";
/// Where that of what divides it goes.
const DIVIDER: &str = "croupier:divider";
/// The first style sheet.
const STYLES: &str = "<link rel=\"stylesheet\"";

/// The script, for whichever pack.
#[derive(Debug)]
pub(super) struct Script(String);

impl Script {
    /// Reads it; nothing if this shell has none, or nothing that divides packs.
    ///
    /// # Errors
    /// It can't be read.
    pub(super) fn read(shell: &Path) -> Result<Option<Self>, PageError> {
        let script = match std::fs::read_to_string(shell.join(SCRIPT)) {
            Ok(script) => script,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(PageError::Read(format!("shell/{SCRIPT}"), error)),
        };
        let entries = std::fs::read_dir(shell).map_err(|error| PageError::Read("shell/".to_owned(), error))?;
        let mut names = entries.map_while(Result::ok).map(|entry| entry.file_name().to_string_lossy().into_owned());
        let divider = names.find(|name| name.starts_with("pack-") && name.ends_with(".mjs"));
        Ok(divider.map(|name| Self(script.trim().replace(DIVIDER, &format!("/{name}")))))
    }

    /// Puts it into a page.
    pub(super) fn add(&self, html: &mut String, pack: &str) {
        let at = html.find(STYLES).or_else(|| html.find("</head>")).unwrap_or_default();
        html.insert_str(at, &format!("<script>{}</script>", self.0.replace(OFFERED, pack)));
    }
}
