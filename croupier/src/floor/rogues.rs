//! The rogues that a person can try by hand, each in the place of a fragment that makes room for it.

use std::path::PathBuf;

use anyhow::Result;
use clap::ValueEnum;

use super::{clear, outside, pack_parts, parts_of};
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::workspace::Workspace;

/// A fragment of `tests/fragments` with buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rogue {
    /// In Rust, in the place of promotions
    Rust,
    /// In plain JavaScript, in the place of live-stream
    Js,
    /// In Yew, in the place of promotions
    Yew,
    /// In Preact, in the place of live-stream
    Preact,
}

impl Rogue {
    fn folder(self) -> &'static str {
        match self {
            Self::Rust => "rogue",
            Self::Js => "rogue-js",
            Self::Yew => "rogue-yew",
            Self::Preact => "rogue-preact",
        }
    }

    /// As it is typed.
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// The fragment that makes room.
    fn in_place_of(self) -> &'static str {
        match self {
            Self::Rust | Self::Yew => "promotions",
            Self::Js | Self::Preact => "live-stream",
        }
    }
}

/// Packs a floor on which these rogues stand in the places of others, and returns its folder.
///
/// # Errors
/// Two of them want one place, or a part can't be built or packed.
pub(crate) fn pack_with_rogues(workspace: &Workspace, terminal: &Terminal, rogues: &[Rogue]) -> Result<PathBuf> {
    check(rogues)?;
    let mut parts = parts_of(workspace)?;
    parts.retain(|part| rogues.iter().all(|rogue| part.name != rogue.in_place_of()));
    for rogue in rogues {
        parts.push(outside(&workspace.path("tests/fragments").join(rogue.folder()))?);
    }
    let out = workspace.target().join("rogues");
    clear(&out.join("fragments"), &parts)?;
    pack_parts(workspace, terminal, &parts, &out)?;
    Ok(out)
}

fn check(rogues: &[Rogue]) -> Result<()> {
    for (index, rogue) in rogues.iter().enumerate() {
        if let Some(other) = rogues[..index].iter().find(|other| other.in_place_of() == rogue.in_place_of()) {
            let (one, other, place) = (other.name(), rogue.name(), rogue.in_place_of());
            let what = format!("--rogues: {one} and {other} both stand in the place of {place}");
            return Err(Failure::new(what, "choose one for each place, such as --rogues=yew,preact.").into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::description;
    use super::*;

    #[test]
    fn a_rogue_stands_where_there_is_room() {
        let workspace = Workspace::find().unwrap();
        for rogue in Rogue::value_variants() {
            let slot = |folder: &str, name: &str| {
                description::read(&workspace.path(folder).join(name)).unwrap().slots[0].name.clone()
            };
            assert_eq!(slot("tests/fragments", rogue.folder()), slot("apps", rogue.in_place_of()));
        }
    }

    #[test]
    fn one_place_has_room_for_one() {
        assert!(check(&[Rogue::Rust, Rogue::Js]).is_ok() && check(&[Rogue::Preact]).is_ok());
        let error = check(&[Rogue::Rust, Rogue::Preact, Rogue::Yew]).unwrap_err().to_string();
        assert!(error.contains("rust and yew") && error.contains("promotions"), "{error}");
    }
}
