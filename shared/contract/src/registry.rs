//! The registry's desk: how a team publishes its fragment and decides what is live, under `/api/registry/`.
//!
//! | call | body | reply |
//! |---|---|---|
//! | `POST /api/registry/missing?fragment=NAME` | [`Addresses`] | [`Addresses`] |
//! | `PUT /api/registry/files/{address}` | the file's bytes | 204 |
//! | `POST /api/registry/releases` | [`crate::manifest::Fragment`], as it was packed | [`PublishedRelease`] |
//! | `POST /api/registry/promote` | [`PromoteCommand`] | [`Standing`] |
//! | `POST /api/registry/rollback` | [`RollbackCommand`] | [`Standing`] |
//! | `POST /api/registry/canary` | [`CanaryCommand`] | [`Standing`] |
//! | `POST /api/registry/canary/end` | [`EndCanaryCommand`] | [`Standing`] |
//! | `POST /api/registry/kill` | [`KillCommand`] | [`Standing`] |
//! | `POST /api/registry/revive` | [`ReviveCommand`] | [`Standing`] |
//! | `GET /api/registry/status` | | [`RegistryStatus`] |
//! | `GET /api/registry/history` | | [`ShippingHistory`] |
//!
//! `missing` refuses whoever may not publish that fragment, also where no file is asked for: so it is known before
//! anything is built. Without a name it refuses whoever may publish none.
//!
//! What an operator asks for, signed in, is below `/api/operator/releases`: see [`crate::operator`].
//!
//! Each call of a team is signed with the team's Ed25519 key: [`SIGNATURE`] holds the base64 of the signature over
//! [`crate::signed::text`], [`TIMESTAMP`] the time of signing, [`DIGEST`] the hex SHA-256 of the body and [`KEY`] the
//! key's id. A signature counts once: who repeats a call signs it again.

use crate::health::Health;

/// The header with the id of the team's key: the first eight bytes of its SHA-256 in hex.
pub const KEY: &str = "x-registry-key";
/// The header with the time of signing, Unix milliseconds; more than five minutes off is refused.
pub const TIMESTAMP: &str = "x-registry-timestamp";
/// The header with the hex SHA-256 of the body, so that who calls is known before the body is read.
pub const DIGEST: &str = "x-registry-digest";
/// The header with the signature.
pub const SIGNATURE: &str = "x-registry-signature";

/// Stands in the log in the place of a key where an operator did it, signed in; no key is called so.
pub const OPERATOR: &str = "operator";

/// The largest file of a release.
pub const MAX_FILE_BYTES: u64 = 32 * 1024 * 1024;
/// The most that all files of a release have together.
pub const MAX_RELEASE_BYTES: u64 = 64 * 1024 * 1024;
/// The most files of a release.
pub const MAX_FILES: usize = 64;

/// A share of the audience is counted in thousandths: this is everybody.
pub const EVERYBODY_PERMILLE: u32 = 1000;
/// The most markets that a canary is for.
pub const MAX_MARKETS: usize = 50;
/// The header by which a tester asks for the canaries of some fragments, `wallet` or `wallet, promotions`, whatever
/// their shares and markets are; with [`ALL_CANARIES`] for every one that there is, or with [`NO_CANARY`] for none at all. It holds
/// for the browser's later requests.
pub const CANARY: &str = "x-croupier-canary";
/// See [`CANARY`].
pub const NO_CANARY: &str = "none";
/// See [`CANARY`].
pub const ALL_CANARIES: &str = "all";

/// A file's address in the store of files, from the base64 of its SHA-384: the same digest in letters that a URL
/// takes. None for what is no such digest.
#[must_use]
pub fn address(sha384: &str) -> Option<String> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let is_digest = sha384.len() == 64 && sha384.bytes().all(letter);
    is_digest.then(|| sha384.replace('+', "-").replace('/', "_"))
}

/// The base64 of the SHA-384 that an address stands for.
#[must_use]
pub fn digest(address: &str) -> Option<String> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_address = address.len() == 64 && address.bytes().all(letter);
    is_address.then(|| address.replace('-', "+").replace('_', "/"))
}

wire! {
    /// Files by their addresses: those of a release, or of these the ones that the registry does not have.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct Addresses {
        /// See [`address`].
        pub files: Vec<String>,
    }
}

wire! {
    /// A release is there from now on, and stays as it is.
    pub struct PublishedRelease {
        /// Whose release it is.
        pub fragment: String,
        /// Which.
        pub version: String,
        /// False if it was published before, with the same content.
        pub is_new: bool,
        /// How large its files are together.
        pub bytes: u64,
    }
}

wire! {
    /// Makes a published release the live one.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct PromoteCommand {
        /// Of which fragment.
        pub fragment: String,
        /// Which release; without it the canary, or where there is none the one that was published last; one that was
        /// rolled back, or ended as worse, is taken by its name alone.
        #[cfg_attr(feature = "serde", serde(default))]
        pub version: Option<String>,
    }
}

wire! {
    /// Goes back to a release that was live before.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct RollbackCommand {
        /// Of which fragment.
        pub fragment: String,
        /// To which release; without it to the one that was live before the present one.
        #[cfg_attr(feature = "serde", serde(default))]
        pub to: Option<String>,
    }
}

wire! {
    /// Shows a published release to a part of the audience, beside the live one; or changes to whom. What is not
    /// named stays as it is.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct CanaryCommand {
        /// Of which fragment.
        pub fragment: String,
        /// Which release; without it the canary, or where there is none the one that was published last; one that was
        /// rolled back, or ended as worse, is taken by its name alone.
        #[cfg_attr(feature = "serde", serde(default))]
        pub version: Option<String>,
        /// To how many of a thousand devices: 1 to 1000. A release that is not the canary yet needs it.
        #[cfg_attr(feature = "serde", serde(default))]
        #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
        pub share_permille: Option<u32>,
        /// Only in these, by the two letters of their countries; in all of them where the list is empty.
        #[cfg_attr(feature = "serde", serde(default))]
        pub markets: Option<Vec<String>>,
    }
}

wire! {
    /// Everybody sees the live release again.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct EndCanaryCommand {
        /// Of which fragment.
        pub fragment: String,
    }
}

wire! {
    /// Switches a fragment off, whatever is published meanwhile.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct KillCommand {
        /// Which.
        pub fragment: String,
        /// Why: 1 to 300 characters, for the history.
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 300))]
        pub reason: String,
    }
}

wire! {
    /// Switches it on again.
    #[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
    pub struct ReviveCommand {
        /// Which.
        pub fragment: String,
    }
}

wire! {
    /// How every fragment stands.
    pub struct RegistryStatus {
        /// The serial of the manifest that says so to pages.
        pub serial: u64,
        /// By name.
        pub fragments: Vec<Standing>,
    }
}

wire! {
    /// How a fragment stands.
    pub struct Standing {
        /// Its name.
        pub fragment: String,
        /// The live release; absent while there is none.
        pub live: Option<String>,
        /// What a roll back goes to; takes over when that keeps failing, if it has the same placement.
        pub previous: Option<String>,
        /// Since when that is so, Unix milliseconds; absent for what the floor has brought.
        pub since_ms: Option<i64>,
        /// What a part of the audience sees in the place of the live one.
        pub canary: Option<CanaryNote>,
        /// It is switched off.
        pub killed: Option<KillNote>,
        /// What was told in the last 24 hours of the live release, or where none is live of the canary; absent where
        /// that was not asked.
        pub health: Option<Health>,
        /// What was published, newest first.
        pub releases: Vec<ShippedRelease>,
    }
}

impl Standing {
    /// What was told of the canary and of the live release: of both since the canary began, so that they can be
    /// compared; else in the last 24 hours, of the one that there is. Nothing where no page has told of it.
    #[must_use]
    pub fn told(&self) -> (Option<&Health>, Option<&Health>) {
        let figures = self.canary.as_ref().and_then(|canary| canary.figures.as_ref());
        let figures = figures.filter(|figures| !figures.canary.is_nothing() || !figures.stable.is_nothing());
        let health = self.health.as_ref().filter(|health| !health.is_nothing());
        match (figures, &self.live) {
            (Some(figures), _) => (Some(&figures.canary), Some(&figures.stable)),
            (None, Some(_)) => (None, health),
            (None, None) => (health, None),
        }
    }
}

wire! {
    /// A release beside the live one, and who sees it.
    pub struct CanaryNote {
        /// Which.
        pub version: String,
        /// Who sees it.
        pub audience: Audience,
        /// Since when it is the canary, Unix milliseconds. A change of its audience is not a new beginning.
        pub since_ms: i64,
        /// Who made it that.
        pub team: String,
        /// What it is judged by; absent where that was not asked, and before the first look.
        pub figures: Option<CanaryFigures>,
    }
}

wire! {
    /// What a canary is judged by, since its beginning.
    pub struct CanaryFigures {
        /// What was told of it.
        pub canary: Health,
        /// What was told of the live release beside it.
        pub stable: Health,
        /// What a stake of 100 on "it does worse" has come to, by all that is measured.
        pub e_value_percent: u64,
        /// From this on it is ended.
        pub alarm_percent: u64,
    }
}

wire! {
    /// Why a fragment is switched off.
    pub struct KillNote {
        /// In the words of who did it.
        pub reason: String,
        /// Who that was.
        pub team: String,
        /// When, Unix milliseconds.
        pub at_ms: i64,
    }
}

wire! {
    /// A published release.
    pub struct ShippedRelease {
        /// Which.
        pub version: String,
        /// Who published it.
        pub team: String,
        /// When, Unix milliseconds.
        pub at_ms: i64,
    }
}

wire! {
    /// A page of what was done, newest first.
    pub struct ShippingHistory {
        /// The lines.
        pub lines: Vec<ShippingLine>,
        /// Pass as `before` for the next page; absent on the last.
        pub next_before: Option<u64>,
    }
}

wire! {
    /// One thing that a team or an operator did, or the gateway by itself. It is never changed or removed.
    pub struct ShippingLine {
        /// Its place; rises.
        pub seq: u64,
        /// When, Unix milliseconds.
        pub at_ms: i64,
        /// Who: a team, or an operator's address; of what is automatic, `gateway`.
        pub team: String,
        /// The id of the key that it was signed with, or [`OPERATOR`]; empty for what is automatic.
        pub key: String,
        /// The gateway did it by itself; `reason` says why.
        pub automatic: bool,
        /// What.
        pub action: ShippingAction,
        /// To which fragment.
        pub fragment: String,
        /// Which release is meant; absent where it is the floor's, or none.
        pub version: Option<String>,
        /// Why, in the words of who did it.
        pub reason: Option<String>,
        /// Who sees it from then on, of a canary.
        pub audience: Option<Audience>,
    }
}

wire! {
    /// Who sees a canary.
    pub struct Audience {
        /// How many of a thousand devices.
        pub share_permille: u32,
        /// Only in these, by the two lower-case letters of their countries; in all of them where the list is empty.
        pub markets: Vec<String>,
    }
}

wire! {
    /// What a team or an operator can do; an operator publishes nothing.
    pub enum ShippingAction {
        /// A release is there.
        Publish = "publish",
        /// It is live.
        Promote = "promote",
        /// A release of before is live again.
        Rollback = "rollback",
        /// A part of the audience sees it, or another part than before.
        Canary = "canary",
        /// Nobody does any more.
        EndCanary = "end-canary",
        /// The fragment is off.
        Kill = "kill",
        /// It is on again.
        Revive = "revive",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_digest_in_other_letters_and_nothing_else() {
        let sha384 = format!("{}+/", "aB".repeat(31));
        let there = address(&sha384).expect("an address");
        assert_eq!(there, format!("{}-_", "aB".repeat(31)));
        assert_eq!(digest(&there).as_deref(), Some(sha384.as_str()));
        for text in ["", "a", "../".repeat(22).as_str(), &"=".repeat(64), &"ä".repeat(32)] {
            assert_eq!((address(text), digest(text)), (None, None), "{text}");
        }
        assert_eq!(digest(&sha384), None, "the letters of one are not those of the other");
    }

    /// So many mounts, and so many failed loads.
    fn health(mounts: u64, failed: u64) -> Health {
        Health { mounts, crashes: 0, degraded: 0, failed, median_ms: 0, mount_ms: 0, pages: 0, poor: 0 }
    }

    /// With a canary, of which and of the live release beside it so much was told.
    fn standing(live: Option<&str>, last_day: Option<Health>, both: Option<[Health; 2]>) -> Standing {
        let audience = Audience { share_permille: 50, markets: vec![] };
        let figures = |[canary, stable]: [Health; 2]| CanaryFigures {
            canary,
            stable,
            e_value_percent: 100,
            alarm_percent: 10_100,
        };
        let (version, team, figures) = ("2".to_owned(), "house".to_owned(), both.map(figures));
        Standing {
            fragment: "wallet".into(),
            live: live.map(str::to_owned),
            previous: None,
            since_ms: Some(1),
            canary: Some(CanaryNote { version, audience, since_ms: 1, team, figures }),
            killed: None,
            health: last_day,
            releases: vec![],
        }
    }

    #[test]
    fn a_canary_is_compared_with_the_live_release_and_otherwise_there_is_the_last_day() {
        let day = Some(health(9, 0));
        let judged = standing(Some("1"), day.clone(), Some([health(0, 0), health(7, 0)]));
        assert_eq!(judged.told(), (Some(&health(0, 0)), Some(&health(7, 0))));
        let begun = standing(Some("1"), day.clone(), Some([health(0, 0), health(0, 0)]));
        assert_eq!(begun.told(), (None, Some(&health(9, 0))), "nobody has told of either");
        assert_eq!(standing(Some("1"), day, None).told(), (None, Some(&health(9, 0))));
        assert_eq!(standing(None, Some(health(0, 3)), None).told(), (Some(&health(0, 3)), None), "nothing is live");
        assert_eq!(standing(Some("1"), Some(health(0, 0)), None).told(), (None, None));
        assert_eq!(standing(Some("1"), None, None).told(), (None, None));
    }
}
