//! Panics that cost little: the same words, without the machinery that can format anything.
//!
//! The standard library carries a panic's message as something still to be formatted, because it may
//! be. Where the message is a constant, packing says so. When nothing is left that formats a panic but
//! indices out of bounds, they say so without their numbers, and what could format a panic goes: 1.3
//! to 1.8 KB after compression. What a panic of the program's own says (`panic!`, `expect`, `unwrap`,
//! `assert!`) is never changed: one that formats something keeps the machinery.

use std::collections::HashSet;

use walrus::ir::{BinaryOp, Binop, Call, Const, Instr, LocalGet, Value};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, LocalId, Module, ValType, passes};

use super::panics::{Constant, Place, formats, place};
use super::{WasmError, names};

/// Where every panic of `core` comes through: `(text, arguments, place)`.
pub(super) const PANIC: &str = "core::panicking::panic_fmt";

/// Panics whose message is a constant that the compiler wrote as one to be formatted.
const CONSTANT: &[(&str, &str)] = &[
    ("core::cell::panic_already_borrowed", "RefCell already borrowed"),
    ("core::cell::panic_already_mutably_borrowed", "RefCell already mutably borrowed"),
    // What follows says no more: "AccessError".
    (
        "std::thread::local::panic_access_error",
        "cannot access a Thread Local Storage value during or after destruction",
    ),
];

/// Panics that say how far an index was out of bounds, by the end of their path, and a part of what
/// they say that stands without the numbers.
const INDICES: &[(&str, &str)] = &[
    ("core::panicking::panic_bounds_check", "index out of bounds"),
    ("core::slice::index::slice_index_fail", "out of range for slice"),
    ("core::str::slice_error_fail", "byte index"),
    ("core::str::slice_error_fail_rt", "byte index"),
    ("::insert_mut::assert_failed", "insertion index"),
    ("::remove::assert_failed", "removal index"),
    ("::swap_remove::assert_failed", "swap_remove index"),
];

/// `(text, length, place)`: what it says is no constant, but there is nothing to format in it.
const EXPECT: &str = "core::option::expect_failed";

/// Turns a constant into arguments of [`PANIC`]; its callers' are constants.
const PLAIN: &str = "core::panicking::panic";

/// For a thread that waits for one that panicked. A program that aborts hands its panic to nobody.
const HANDED_OVER: &str = "<std::panicking::panic_handler::FormatStringPayload as core::panic::PanicPayload>::take_box";

/// What carries a message that has to be formatted.
const FORMATTED: [&str; 2] = [
    "<std::panicking::panic_handler::FormatStringPayload as core::panic::PanicPayload>::get",
    "<std::panicking::panic_handler::FormatStringPayload as core::fmt::Display>::fmt",
];

/// Drops what no panic of the program needs. Nothing is replaced by its name alone that the compiler
/// may have merged with another function of the same body: what is here, nobody else would write.
///
/// # Errors
/// The names are missing, or are not those of the standard library that this knows.
pub(super) fn hush(module: &mut Module) -> Result<(), WasmError> {
    let paths = paths(module);
    if paths.is_empty() {
        return Err(WasmError::Nameless);
    }
    let panic = paths.iter().find(|(_, path)| *path == PANIC).map(|(id, _)| *id);
    let panic = panic.filter(|panic| takes(module, *panic, 3)).ok_or(WasmError::UnknownStandardLibrary)?;
    let mut plain = Vec::new();
    for (id, path) in &paths {
        let id = *id;
        if path == HANDED_OVER {
            silence(module, id);
        } else if path == EXPECT && takes(module, id, 3) {
            expect(module, id, panic);
            plain.push(id);
        } else if path == PLAIN {
            plain.push(id);
        } else if let Some(text) = constant(module, id, path, panic, CONSTANT) {
            say(module, id, panic, &text);
        }
    }
    passes::gc::run(module);
    let left = module.funcs.iter_local().map(|(id, _)| id).collect::<HashSet<_>>();
    let left = || paths.iter().filter(|(id, _)| left.contains(id)).map(|(id, path)| (*id, path.as_str()));
    let indices =
        left().filter_map(|(id, path)| Some((id, constant(module, id, path, panic, INDICES)?))).collect::<Vec<_>>();
    plain.extend(indices.iter().map(|(id, _)| id));
    if !formats(module, panic, &plain) {
        for (id, text) in &indices {
            say(module, *id, panic, text);
        }
        for (id, _) in left().filter(|(_, path)| FORMATTED.contains(path)) {
            silence(module, id);
        }
    }
    Ok(())
}

/// What this function can say as a constant, if it is one of those.
fn constant(
    module: &Module,
    id: FunctionId,
    path: &str,
    panic: FunctionId,
    known: &[(&str, &str)],
) -> Option<Constant> {
    let (_, text) = known.iter().find(|(name, _)| path.ends_with(name))?;
    Constant::find(module, text, place(module.funcs.get(id).kind.unwrap_local(), panic)?)
}

/// In the order of the program: the same input makes the same output.
fn paths(module: &Module) -> Vec<(FunctionId, String)> {
    let named = module.funcs.iter_local().filter_map(|(id, _)| Some((id, module.funcs.get(id).name.as_deref()?)));
    named.map(|(id, name)| (id, names::path(name))).collect()
}

/// Whether it takes this many numbers and never comes back with one.
fn takes(module: &Module, id: FunctionId, parameters: usize) -> bool {
    let ty = module.types.get(module.funcs.get(id).ty());
    ty.results().is_empty() && ty.params() == vec![ValType::I32; parameters]
}

/// Nothing calls it.
fn silence(module: &mut Module, id: FunctionId) {
    rewrite(module, id, |_| Vec::new());
}

/// Says the text it is called with, as a constant.
fn expect(module: &mut Module, id: FunctionId, panic: FunctionId) {
    rewrite(module, id, |parameters| {
        let get = |local: usize| Instr::from(LocalGet { local: parameters[local] });
        let number = |value| Instr::from(Const { value: Value::I32(value) });
        let op = |op| Instr::from(Binop { op });
        vec![
            get(0),
            get(1),
            number(1),
            op(BinaryOp::I32Shl),
            number(1),
            op(BinaryOp::I32Or),
            get(2),
            Call { func: panic }.into(),
        ]
    });
}

/// Says a constant.
fn say(module: &mut Module, id: FunctionId, panic: FunctionId, text: &Constant) {
    rewrite(module, id, |parameters| {
        let number = |word| Instr::from(Const { value: Value::I32(word) });
        let place = match text.place {
            Place::Known(address) => number(address),
            Place::Argument(index) => LocalGet { local: parameters[index] }.into(),
        };
        vec![number(text.address), number(text.arguments), place, Call { func: panic }.into()]
    });
}

fn rewrite(module: &mut Module, id: FunctionId, body: impl FnOnce(&[LocalId]) -> Vec<Instr>) {
    let ty = module.types.get(module.funcs.get(id).ty());
    let (parameters, results) = (ty.params().to_vec(), ty.results().to_vec());
    let mut builder = FunctionBuilder::new(&mut module.types, &parameters, &results);
    let parameters = parameters.into_iter().map(|ty| module.locals.add(ty)).collect::<Vec<_>>();
    let mut sequence = builder.func_body();
    for instruction in body(&parameters) {
        sequence.instr(instruction);
    }
    sequence.unreachable();
    module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(parameters));
}

#[cfg(test)]
mod tests {
    use super::super::testing::{module, named, run};
    use super::*;

    /// The panic machinery in small: what is said goes to the import, `get` is called by address.
    fn program(more: &str) -> Module {
        let types = "(type $get (func (param i32) (result i32)))";
        module(&format!(
            r#"(module {types}
            (import "page" "say" (func $say (param i32 i32 i32)))
            (memory (export "memory") 1)
            (data (i32.const 1000) "xxRefCell already borrowed.")
            (data (i32.const 2000) "a place")
            (table (export "table") 2 funcref)
            (elem (i32.const 0)
                $"<std::panicking::panic_handler::FormatStringPayload as core::panic::PanicPayload>::get"
                $"<std::panicking::panic_handler::FormatStringPayload as core::panic::PanicPayload>::take_box")
            (func $"core[c5930c85a12de822]::panicking::panic_fmt" (param i32 i32 i32)
                (call $say (local.get 0) (local.get 1) (local.get 2)) unreachable)
            (func $machinery (result i32) (i32.const 7))
            (func $"<std::panicking::panic_handler::FormatStringPayload as core::panic::PanicPayload>::get"
                (type $get) (call $machinery))
            (func $"<std::panicking::panic_handler::FormatStringPayload as core::panic::PanicPayload>::take_box"
                (type $get) (call $machinery))
            (func $"core::cell::panic_already_borrowed::h0123456789abcdef" (param i32)
                (call $"core[c5930c85a12de822]::panicking::panic_fmt" (i32.const 64) (i32.const 128) (local.get 0)))
            (func $"core[c5930c85a12de822]::option::expect_failed" (param i32 i32 i32)
                (call $"core[c5930c85a12de822]::panicking::panic_fmt" (i32.const 64) (local.get 1) (local.get 2)))
            (func (export "borrow")
                (call $"core::cell::panic_already_borrowed::h0123456789abcdef" (i32.const 2000)))
            (func (export "expect")
                (call $"core[c5930c85a12de822]::option::expect_failed" (i32.const 1002) (i32.const 7) (i32.const 2000)))
            (func (export "constant")
                (call $"core[c5930c85a12de822]::panicking::panic_fmt" (i32.const 2000) (i32.const 3) (i32.const 2000)))
            {more})"#
        ))
    }

    const FORMATS: &str = r#"(func (export "formats") (local i32)
        (call $"core[c5930c85a12de822]::panicking::panic_fmt" (i32.const 64) (local.get 0) (i32.const 2000)))"#;

    #[test]
    fn constant_messages_reach_the_hook_word_by_word() {
        let mut module = program("");
        hush(&mut module).unwrap();
        let said = run(
            &module.emit_wasm(),
            "let text = (at, args) => Buffer.from(a.memory.buffer, at, args >> 1).toString() + (args & 1);
             const a = make({ page: { say: (at, args) => say(text(at, args)) } });
             for (const name of ['borrow', 'expect', 'constant']) { try { a[name](); } catch { say(name); } }",
        );
        assert_eq!(said, "RefCell already borrowed1\nborrow\nRefCell1\nexpect\na1\nconstant\n");
    }

    #[test]
    fn the_machinery_goes_when_no_panic_formats_anything() {
        let mut quiet = program("");
        hush(&mut quiet).unwrap();
        passes::gc::run(&mut quiet);
        assert!(!named(&quiet).contains(&"machinery".to_owned()), "{:?}", named(&quiet));
        let mut loud = program(FORMATS);
        hush(&mut loud).unwrap();
        passes::gc::run(&mut loud);
        assert!(named(&loud).contains(&"machinery".to_owned()), "{:?}", named(&loud));
    }

    const INDEX: &str = r#"(data (i32.const 3000) "index out of bounds: the len is ")
        (func $"core::panicking::panic_bounds_check" (param i32 i32 i32)
            (call $"core[c5930c85a12de822]::panicking::panic_fmt" (i32.const 64) (local.get 0) (local.get 2)))
        (func (export "index")
            (call $"core::panicking::panic_bounds_check" (i32.const 9) (i32.const 8) (i32.const 2000)))"#;

    #[test]
    fn an_index_loses_its_numbers_only_where_that_drops_the_machinery() {
        let says = |more: &str| {
            let mut module = program(more);
            hush(&mut module).unwrap();
            passes::gc::run(&mut module);
            let said = run(
                &module.emit_wasm(),
                "const say_text = (at, args, place) => say(Buffer.from(a.memory.buffer, at, args >> 1), args & 1, place);
                 const a = make({ page: { say: say_text } });
                 try { a.index(); } catch { say('index'); }",
            );
            (said, named(&module).contains(&"machinery".to_owned()))
        };
        assert_eq!(says(INDEX), ("index out of bounds 1 2000\nindex\n".to_owned(), false));
        let (said, machinery) = says(&[INDEX, FORMATS].concat());
        assert!(machinery && said.ends_with(" 1 2000\nindex\n") && !said.contains("bounds"), "{said}");
        // The optimiser has moved the only place that is ever given out of the arguments.
        let inside = INDEX.replace("(local.get 2)", "(i32.const 4000)");
        assert_eq!(says(&inside), ("index out of bounds 1 4000\nindex\n".to_owned(), false));
    }

    #[test]
    fn a_panic_that_is_called_by_its_address_may_format() {
        let mut module = program(
            r#"(elem declare func $"core[c5930c85a12de822]::panicking::panic_fmt")
            (func (export "reference") (result funcref)
                (ref.func $"core[c5930c85a12de822]::panicking::panic_fmt"))"#,
        );
        hush(&mut module).unwrap();
        passes::gc::run(&mut module);
        assert!(named(&module).contains(&"machinery".to_owned()), "{:?}", named(&module));
    }

    #[test]
    fn other_names_are_refused() {
        assert!(matches!(hush(&mut module("(module (func))")), Err(WasmError::Nameless)));
        let error = hush(&mut module("(module (func $core::panicking::panic_format))")).unwrap_err();
        assert!(error.to_string().contains("core::panicking::panic_fmt"), "{error}");
    }
}
