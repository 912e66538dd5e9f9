//! Where an instance's stack ends, so that the page can tell which copy of a program has died.
//!
//! A trap leaves no trace but the error, whose stack names the program and not the copy. But what was
//! running when it trapped never gave its part of the stack back: of several copies, the one whose
//! stack pointer does not stand where it stood at the start is dead.

use walrus::Module;

/// The export: the stack pointer.
pub(in crate::floor) const STACK: &str = "croupier_stack";

/// What the linker calls it.
const POINTER: &str = "__stack_pointer";

/// Exports the stack pointer, if the program has one.
pub(super) fn show(module: &mut Module) {
    let pointer = module.globals.iter().find(|global| global.name.as_deref() == Some(POINTER));
    if let Some(id) = pointer.map(walrus::Global::id) {
        module.exports.add(STACK, id);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{module, run};
    use super::*;

    #[test]
    fn what_trapped_never_gave_its_stack_back() {
        let mut module = module(
            r#"(module
            (global $__stack_pointer (mut i32) (i32.const 1000))
            (func $frame (param $trap i32)
                (global.set $__stack_pointer (i32.sub (global.get $__stack_pointer) (i32.const 16)))
                (if (local.get $trap) (then unreachable))
                (global.set $__stack_pointer (i32.add (global.get $__stack_pointer) (i32.const 16))))
            (export "frame" (func $frame)))"#,
        );
        show(&mut module);
        let script = "const one = make({}), other = make({});
            one.frame(0); other.frame(0);
            say(one.croupier_stack.value, other.croupier_stack.value);
            try { one.frame(1); } catch {}
            say(one.croupier_stack.value, other.croupier_stack.value);";
        assert_eq!(run(&module.emit_wasm(), script), "1000 1000\n984 1000\n");
    }

    #[test]
    fn a_program_without_a_stack_stays_as_it_is() {
        let mut module = module("(module (func (export \"mount\")))");
        show(&mut module);
        assert_eq!(module.exports.iter().count(), 1);
    }
}
