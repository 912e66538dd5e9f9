//! A local build on a running floor, in one browser: that of the developer whose inspector has shown the code.
//!
//! Nobody else gets it: it is in no registry, and ends with the inspection.

use std::path::Path;

use anyhow::Result;
use contract::inspect::Override;
use contract::registry::Addresses;

use super::client::Client;
use super::release::Release;

/// A developer's browser.
pub(crate) struct Inspection(Client);

impl Inspection {
    /// On that floor, by that code.
    ///
    /// # Errors
    /// The URL can't be used.
    pub(crate) fn of(floor: &str, code: &str) -> Result<Self> {
        Client::for_browser(floor, code).map(Self)
    }

    /// Brings a packed release there, in place of the fragment's live one; gives the version that the page shows.
    ///
    /// # Errors
    /// The gateway refuses it, or is not there.
    pub(crate) fn show(&self, folder: &Path) -> Result<String> {
        let Release { document, files } = Release::read(folder)?;
        let asked = Addresses { files: files.keys().cloned().collect() };
        let missing: Addresses = self.0.post("/api/inspect/missing", &asked)?;
        for (address, content) in files.iter().filter(|(address, _)| missing.files.contains(address)) {
            self.0.put(&format!("/api/inspect/files/{address}"), content)?;
        }
        let shown: Override =
            self.0.put_document(&format!("/api/inspect/overrides/{}", document.fragment.name), &document)?;
        Ok(shown.version)
    }

    /// The floor's own release is shown again.
    ///
    /// # Errors
    /// The gateway is not there.
    pub(crate) fn end(&self, fragment: &str) -> Result<()> {
        self.0.delete(&format!("/api/inspect/overrides/{fragment}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::explain;
    use crate::gateway::testing::vouched_for_by_its_own;

    #[test]
    fn who_calls_a_floor_that_is_not_believed_reads_how_to_believe_it() {
        let (floor, _) = vouched_for_by_its_own();
        let said = explain(&Inspection::of(&floor, "code").unwrap().end("wallet").unwrap_err());
        assert!(said.contains("SSL_CERT_FILE") && !said.contains("run the command again"), "{said}");
    }
}
