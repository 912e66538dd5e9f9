//! The manifest of one browser: everybody's, with its builds in the place of fragments. Pure.

use contract::manifest::{Fragment, Manifest, Placement};
use thiserror::Error;

use super::super::scan;
use super::super::sites::Sites;
use crate::config::VendorOrigins;

/// Why a build can't stand in.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum Misfit {
    /// Another fragment is there.
    #[error("The slot {slot:?} is that of {owner:?}.")]
    SlotTaken {
        /// Which.
        slot: String,
        /// Whose it is.
        owner: String,
    },
    /// The frame's page is everybody's and grants what the live release was granted.
    #[error("It runs in a frame, and the live release does not: what a frame may do is not up to a build.")]
    Placement,
}

impl Misfit {
    /// The member at fault.
    pub(super) fn field(&self) -> &'static str {
        match self {
            Self::SlotTaken { .. } => "slots",
            Self::Placement => "placement",
        }
    }
}

/// Whether a build may stand in on a floor like this.
///
/// # Errors
/// See [`Misfit`].
pub(super) fn fits(floor: &Manifest, build: &Fragment) -> Result<(), Misfit> {
    let others = floor.fragments.iter().filter(|other| other.name != build.name);
    let mut owned = others.flat_map(|other| other.slots.iter().map(move |slot| (&slot.name, &other.name)));
    let taken = owned.find(|(slot, _)| build.slots.iter().any(|wanted| wanted.name == **slot));
    if let Some((slot, owner)) = taken {
        return Err(Misfit::SlotTaken { slot: slot.clone(), owner: owner.clone() });
    }
    let is_framed = |one: &Fragment| one.placement == Placement::Frame;
    let live = floor.fragments.iter().find(|live| live.name == build.name);
    if is_framed(build) && !live.is_some_and(is_framed) { Err(Misfit::Placement) } else { Ok(()) }
}

/// Lays builds over everybody's manifest. Its number and times stay: it is not a newer one, and the page takes either
/// after the other.
pub(super) fn lay_over(floor: &Manifest, builds: Vec<Fragment>, (vendor, sites): (&VendorOrigins, &Sites)) -> Manifest {
    let mut manifest = floor.clone();
    for build in builds {
        let name = build.name.clone();
        // The floor may have changed since it was taken in.
        if let Err(misfit) = fits(floor, &build) {
            tracing::warn!(fragment = name, %misfit, "a developer's build is left out");
            continue;
        }
        let Ok(build) = scan::resolve(build, vendor, sites) else { continue };
        match manifest.fragments.binary_search_by(|fragment| fragment.name.cmp(&name)) {
            Ok(at) => manifest.fragments[at] = build,
            Err(at) => manifest.fragments.insert(at, build),
        }
    }
    manifest
}
