//! Who sees which canary. Pure: it goes by a request's headers and by nothing that is kept here.
//!
//! A device is a random cookie, which is set while there is a canary and not otherwise. It is drawn anew for every
//! canary, so that it is not always the same devices that try what is new, and for one canary always alike, so that
//! no player sees a release come and go. A larger share keeps who is in.
//!
//! **Architecture invariant:** knows no player and no session. What a device is shown is no secret and no right:
//! whoever changes their cookie sees another published release, as whoever asks for it by the header does.

use contract::manifest::Fragment;
use contract::registry::{ALL_CANARIES, Audience, CANARY, EVERYBODY_PERMILLE, NO_CANARY};
use http::header::HeaderName;
use http::{HeaderMap, HeaderValue};
use sha2::{Digest, Sha256};

use crate::cookie;

/// The cookie of a device.
const DEVICE: &str = "croupier_device";
/// How long it stays one: longer than any canary should last.
const DEVICE_MAX_AGE_S: u32 = 90 * 24 * 3600;
/// The cookie of a tester's choice. It goes with the browser's session.
const CHOICE: &str = "croupier_canary";
/// Between the names in it.
const AND: char = '.';

/// A release that a part of the audience sees, as it stands in their manifest.
#[derive(Clone, Debug)]
pub(super) struct Canary {
    pub(super) fragment: Fragment,
    pub(super) audience: Audience,
}

/// A random number that a browser is told from others by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Device(pub(super) u64);

impl Device {
    /// The device that a request says it comes from.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        cookie::values(headers, DEVICE).find_map(Self::read)
    }

    fn read(text: &str) -> Option<Self> {
        let is_hex = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex.then(|| u64::from_str_radix(text, 16).ok().map(Self)).flatten()
    }

    /// Its place among a thousand, for one canary.
    fn place(self, fragment: &str, version: &str) -> u32 {
        let mut hash = Sha256::new();
        hash.update(self.0.to_be_bytes());
        for text in [fragment, version] {
            // Neither has a zero byte in it.
            hash.update(text);
            hash.update([0]);
        }
        let digest = hash.finalize();
        let number = digest.iter().take(4).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        u32::try_from((number * u64::from(EVERYBODY_PERMILLE)) >> 32).unwrap_or_default()
    }
}

/// What a tester has asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Choice {
    /// No canary.
    Nothing,
    /// The canaries of these fragments; the others as everybody.
    Of(Vec<String>),
}

impl Choice {
    /// Of names that stand for a canary; none if there is none.
    fn read<'t>(names: impl Iterator<Item = &'t str>, canaries: &[Canary]) -> Option<Self> {
        let names: Vec<&str> = names.map(str::trim).collect();
        if names == [NO_CANARY] {
            return Some(Self::Nothing);
        }
        let wants = |name: &&String| names == [ALL_CANARIES] || names.contains(&name.as_str());
        let known = canaries.iter().map(|canary| &canary.fragment.name).filter(wants);
        let known: Vec<String> = known.cloned().collect();
        (!known.is_empty()).then_some(Self::Of(known))
    }

    fn text(&self) -> String {
        match self {
            Self::Nothing => NO_CANARY.to_owned(),
            Self::Of(names) => names.join(&AND.to_string()),
        }
    }
}

/// What a request gets.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Drawn {
    /// Which canaries, a bit each in the order of the list.
    pub(super) combination: usize,
    /// What is to be remembered by the browser.
    pub(super) cookies: Vec<HeaderValue>,
}

/// How an audience is told apart at this gateway.
#[derive(Clone, Debug, Default)]
pub(super) struct Audiences {
    /// The header in which a proxy of the operator's says from which country a request comes. Without one nobody
    /// is from anywhere.
    pub(super) market_header: Option<HeaderName>,
    /// Cookies must never travel without HTTPS.
    pub(super) https: bool,
}

impl Audiences {
    /// Which of the canaries a request gets. `fresh` is the device of a browser that has none yet.
    pub(super) fn draw(&self, canaries: &[Canary], headers: &HeaderMap, fresh: Device) -> Drawn {
        let mut cookies = Vec::new();
        if canaries.is_empty() {
            return Drawn::default();
        }
        let device = Device::of(headers).unwrap_or_else(|| {
            cookies.extend(self.cookie(&format!("{DEVICE}={:016x}; Max-Age={DEVICE_MAX_AGE_S}", fresh.0)));
            fresh
        });
        let kept = cookie::values(headers, CHOICE).find_map(|text| Choice::read(text.split(AND), canaries));
        let asked = headers.get(CANARY).and_then(|value| value.to_str().ok());
        let asked = asked.and_then(|text| Choice::read(text.split(','), canaries));
        if let Some(asked) = asked.as_ref().filter(|asked| kept.as_ref() != Some(asked)) {
            cookies.extend(self.cookie(&format!("{CHOICE}={}", asked.text())));
        }
        let choice = asked.or(kept);
        let market = self.market(headers);
        let sees = |canary: &Canary| match &choice {
            Some(Choice::Nothing) => false,
            Some(Choice::Of(names)) if names.contains(&canary.fragment.name) => true,
            _ => canary.is_for(device, market.as_deref()),
        };
        let bits = canaries.iter().enumerate().filter(|(_, canary)| sees(canary)).map(|(index, _)| 1 << index);
        Drawn { combination: bits.sum(), cookies }
    }

    /// The headers, besides cookies, that an answer depends on while there is a canary.
    pub(super) fn vary(&self) -> String {
        let market = self.market_header.as_ref().map(|name| format!(", {name}"));
        format!("{CANARY}{}", market.unwrap_or_default())
    }

    fn market(&self, headers: &HeaderMap) -> Option<String> {
        let text = headers.get(self.market_header.as_ref()?)?.to_str().ok()?;
        Some(text.trim().to_ascii_lowercase())
    }

    fn cookie(&self, text: &str) -> Option<HeaderValue> {
        let secure = if self.https { "; Secure" } else { "" };
        // Names of fragments and hexadecimal digits: always a valid header.
        HeaderValue::try_from(format!("{text}; Path=/; HttpOnly; SameSite=Lax{secure}")).ok()
    }
}

impl Canary {
    fn is_for(&self, device: Device, market: Option<&str>) -> bool {
        let Audience { share_permille, markets } = &self.audience;
        let is_here = markets.is_empty() || market.is_some_and(|market| markets.iter().any(|one| one == market));
        is_here && device.place(&self.fragment.name, &self.fragment.version) < *share_permille
    }
}

#[cfg(test)]
mod tests;
