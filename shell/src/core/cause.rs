//! Causes that are told apart by their words, on this side and in the scripts of the page: what a page counts goes by
//! them.

/// The operator has switched it off.
pub const SWITCHED_OFF: &str = "switched off";
/// It ran when the page died the last time.
pub const PAGE_DIED: &str = "the page died while it ran";
/// A frame that does not answer.
pub const HUNG: &str = "hung: no heartbeat";
/// It counts its loops, and the count was used up. Said by whoever runs it.
pub const RAN_ON: &str = "ran on without a pause";
/// How many pages of memory it was refused follows. Said by whoever runs it.
pub const OUT_OF_MEMORY: &str = "out of memory: ";

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn the_scripts_of_the_page_have_the_same_words() {
        let telemetry = include_str!("../../page/telemetry.mjs");
        for (name, cause) in [("PAGE_DIED", PAGE_DIED), ("OFF", SWITCHED_OFF)] {
            let line = format!("const {name} = '{cause}';\n");
            assert!(telemetry.contains(&line), "telemetry.mjs lacks {line}");
        }
        assert!(telemetry.contains("CAUSES[cause.slice(0, 6)]"), "the beginnings are as long as that");
        for (cause, kind) in [(HUNG, "hung"), (RAN_ON, "endless"), (OUT_OF_MEMORY, "memory")] {
            let member = format!("'{}': '{kind}'", &cause[..6]);
            assert!(telemetry.contains(&member), "telemetry.mjs lacks {member}");
        }
        let runs =
            [("edge.js", include_str!("../../page/edge.js")), ("frame.mjs", include_str!("../../page/frame.mjs"))];
        for (name, script) in runs {
            for words in [format!("'{RAN_ON}'"), format!("`{OUT_OF_MEMORY}${{pages}} ")] {
                assert!(script.contains(&words), "{name} lacks {words}");
            }
        }
    }
}
