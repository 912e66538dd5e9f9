//! What the page can reach: the exports that the glue uses, and what they need.
//!
//! Libraries export code for features that a part may not have.

use walrus::{Module, passes};

/// Drops every export whose name the glue does not hold, and then what nothing refers to. A name
/// that stands there by chance keeps its code; none that is used can be missed.
pub(super) fn only_what_is_used(module: &mut Module, glue: &str) {
    let unused = module.exports.iter().filter(|export| !glue.contains(&export.name));
    for id in unused.map(walrus::Export::id).collect::<Vec<_>>() {
        module.exports.delete(id);
    }
    passes::gc::run(module);
}

#[cfg(test)]
mod tests {
    use super::super::testing::{exports, module};
    use super::*;

    #[test]
    fn what_the_glue_does_not_name_goes_with_all_that_it_needs() {
        let mut module = module(
            "(module
               (func $helper unreachable)
               (func (export \"mount\"))
               (func (export \"into_stream\") call $helper))",
        );
        only_what_is_used(&mut module, "e.mount()");
        assert_eq!(exports(&module), ["mount"]);
        assert_eq!(module.funcs.iter().count(), 1);
    }
}
