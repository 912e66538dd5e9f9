//! What the shell counts on in a fragment's code: the function that mounts it, and the bounds that are written into
//! its binary.

use contract::manifest::Limits;
use thiserror::Error;
use wasmparser::{ExternalKind, Parser, Payload, TypeRef};

/// The exported global that the loops of a binary count down.
pub const FUEL_EXPORT: &str = "croupier_fuel";

/// Pages of linear memory have 64 KiB each.
const PAGES_IN_MIB: u64 = 16;

/// Why a binary is no fragment's.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AbiError {
    /// It can't be read.
    #[error("the binary can't be read: {0}")]
    Unreadable(String),
    /// Nobody can mount it.
    #[error("the binary exports no function `mount`")]
    NoMount,
    /// It takes something else than functions from outside.
    #[error("the binary imports {0:?}, which is no function")]
    Import(String),
    /// Only one of its memories would be bounded.
    #[error("the binary has {0} memories, and limits.memory_mib bounds one")]
    Memories(u32),
    /// Nothing bounds its memory, or not as it says.
    #[error("limits.memory_mib: is {said}, but the binary's memory may grow to {}", .may.map_or("any size".to_owned(), |mib| format!("{mib} MiB")))]
    Memory {
        /// What the release says.
        said: u32,
        /// What the binary says.
        may: Option<u64>,
    },
    /// Nothing counts its loops, although it says so.
    #[error("limits.fuel_millions: is {0}, but the binary counts no loops")]
    Fuel(u32),
}

/// Holds a binary against its limits.
pub(crate) fn check(wasm: &[u8], limits: &Limits) -> Result<(), AbiError> {
    let unreadable = |error: wasmparser::BinaryReaderError| AbiError::Unreadable(error.to_string());
    let (mut mount, mut fuel, mut memories, mut maximum) = (false, false, 0, None);
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.map_err(unreadable)? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import.map_err(unreadable)?;
                    if !matches!(import.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)) {
                        return Err(AbiError::Import(import.name.to_owned()));
                    }
                }
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    memories += 1;
                    maximum = memory.map_err(unreadable)?.maximum;
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export.map_err(unreadable)?;
                    mount |= export.name == "mount" && export.kind == ExternalKind::Func;
                    fuel |= export.name == FUEL_EXPORT && export.kind == ExternalKind::Global;
                }
            }
            _ => {}
        }
    }
    let may = maximum.map(|pages| pages.div_ceil(PAGES_IN_MIB));
    if !mount {
        Err(AbiError::NoMount)
    } else if memories > 1 {
        Err(AbiError::Memories(memories))
    } else if may.is_none_or(|may| may > limits.memory_mib.into()) {
        Err(AbiError::Memory { said: limits.memory_mib, may })
    } else if limits.fuel_millions > 0 && !fuel {
        Err(AbiError::Fuel(limits.fuel_millions))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::LIMITS;

    const MOUNT: &str = "(func (export \"mount\"))";
    const FUEL: &str = "(global (export \"croupier_fuel\") (mut i32) (i32.const 0))";

    fn checked(body: &str) -> Result<(), AbiError> {
        check(&wat::parse_str(format!("(module {body})")).unwrap(), &LIMITS)
    }

    #[test]
    fn a_binary_is_what_its_release_says() {
        const MEMORY: &str = "(memory 1 128)";
        assert_eq!(LIMITS.memory_mib, 8);
        assert_eq!(checked(&[MOUNT, FUEL, MEMORY].concat()), Ok(()));
        assert_eq!(checked(&[FUEL, MEMORY].concat()), Err(AbiError::NoMount));
        assert_eq!(checked(&[MOUNT, MEMORY].concat()), Err(AbiError::Fuel(LIMITS.fuel_millions)));
        let endless = checked(&[MOUNT, FUEL, "(memory 1)"].concat()).unwrap_err();
        assert!(endless.to_string().ends_with("may grow to any size"), "{endless}");
        let large = checked(&[MOUNT, FUEL, "(memory 1 129)"].concat()).unwrap_err();
        assert!(large.to_string().ends_with("may grow to 9 MiB"), "{large}");
        let taken = checked(&["(import \"a\" \"m\" (memory 1 2))", MOUNT, FUEL].concat());
        assert_eq!(taken, Err(AbiError::Import("m".into())));
        assert!(matches!(check(b"<html>", &LIMITS), Err(AbiError::Unreadable(_))));
    }

    #[test]
    fn neither_a_second_memory_nor_an_endless_number_of_pages_gets_past_the_bound() {
        for memories in ["(memory 1 65536) (memory 1 128)", "(memory 1 128) (memory 1 65536)"] {
            assert_eq!(checked(&[MOUNT, FUEL, memories].concat()), Err(AbiError::Memories(2)), "{memories}");
        }
        // As many pages as 64 bits can address.
        let most = checked(&[MOUNT, FUEL, "(memory i64 1 281474976710656)"].concat());
        assert_eq!(most, Err(AbiError::Memory { said: LIMITS.memory_mib, may: Some(1 << 44) }));
    }
}
