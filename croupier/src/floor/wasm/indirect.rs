//! What only a function pointer could reach, and none can.
//!
//! Libraries describe to wasm-bindgen every kind of closure that they could be given, and the
//! function behind each description stays in the table of function pointers. But a call through
//! the table checks the type of what it finds there, so a function of a type that no such call
//! names is never called.

use std::collections::HashSet;

use walrus::ir::{CallIndirect, ReturnCallIndirect, TableGet, Visitor, dfs_in_order};
use walrus::{
    ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, Module, RefType, TableId, TypeId, ValType,
};

type Signature = (Vec<ValType>, Vec<ValType>);

/// Takes such functions out of the table; their code then falls away with the rest that nothing
/// refers to. Their places stay, so that every function pointer keeps its meaning.
pub(super) fn drop_uncallable(module: &mut Module) {
    let tables: HashSet<TableId> =
        module.tables.iter().filter(|table| table.element_ty == RefType::FUNCREF).map(|table| table.id()).collect();
    let calls = Calls::of(module);
    let is_open = |table: &TableId| calls.read.contains(table) || is_shared(module, *table);
    if tables.iter().any(is_open) {
        return;
    }
    let called: HashSet<Signature> = calls.types.iter().map(|of| signature(module, *of)).collect();
    let uncallable: HashSet<FunctionId> = module
        .funcs
        .iter()
        .filter(|function| !called.contains(&signature(module, function.ty())))
        .map(walrus::Function::id)
        .collect();
    let nothing = FunctionBuilder::new(&mut module.types, &[], &[]);
    let nothing = unreachable(nothing).finish(vec![], &mut module.funcs);
    for element in module.elements.iter_mut() {
        if let (ElementKind::Active { .. }, ElementItems::Functions(functions)) = (&element.kind, &mut element.items) {
            for function in functions.iter_mut().filter(|function| uncallable.contains(function)) {
                *function = nothing;
            }
        }
    }
}

fn unreachable(mut builder: FunctionBuilder) -> FunctionBuilder {
    builder.func_body().unreachable();
    builder
}

/// Somebody outside of the module may call through the table.
fn is_shared(module: &Module, table: TableId) -> bool {
    let is_exported = module.exports.iter().any(|export| matches!(export.item, ExportItem::Table(id) if id == table));
    is_exported || module.tables.get(table).import.is_some()
}

fn signature(module: &Module, of: TypeId) -> Signature {
    let of = module.types.get(of);
    (of.params().to_vec(), of.results().to_vec())
}

/// How the program uses its tables.
#[derive(Default)]
struct Calls {
    types: HashSet<TypeId>,
    /// Functions are taken out of these, whatever their type.
    read: HashSet<TableId>,
}

impl Calls {
    fn of(module: &Module) -> Self {
        let mut calls = Self::default();
        for (_, function) in module.funcs.iter_local() {
            dfs_in_order(&mut calls, function, function.entry_block());
        }
        calls
    }
}

impl Visitor<'_> for Calls {
    fn visit_call_indirect(&mut self, call: &CallIndirect) {
        self.types.insert(call.ty);
    }

    fn visit_return_call_indirect(&mut self, call: &ReturnCallIndirect) {
        self.types.insert(call.ty);
    }

    fn visit_table_get(&mut self, get: &TableGet) {
        self.read.insert(get.table);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{module, named, run};
    use super::*;
    use walrus::passes;

    const TABLE: &str = "(module
        (type $called (func (param i32) (result i32)))
        (table 3 funcref)
        (elem (i32.const 0) $twice $other $thrice)
        (func $twice (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
        (func $other (param i64) (drop (i64.const 7)))
        (func $thrice (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))
        (func (export \"call\") (param i32) (result i32)
            (call_indirect (type $called) (i32.const 5) (local.get 0)))";

    fn packed(more: &str) -> Module {
        let mut module = module(&format!("{TABLE} {more})"));
        drop_uncallable(&mut module);
        passes::gc::run(&mut module);
        module
    }

    #[test]
    fn a_type_that_nobody_calls_goes_and_pointers_keep_their_meaning() {
        let mut module = packed("");
        assert!(!named(&module).contains(&"other".to_owned()));
        let script = "const { call } = make({});
            say(call(0), call(2));
            try { call(1) } catch (error) { say(error.name) }";
        assert_eq!(run(&module.emit_wasm(), script), "10 15\nRuntimeError\n");
    }

    #[test]
    fn a_table_that_others_can_reach_stays_as_it_is() {
        assert!(named(&packed("(export \"table\" (table 0))")).contains(&"other".to_owned()));
        let read = "(func (export \"take\") (result funcref) (table.get 0 (i32.const 1)))";
        assert!(named(&packed(read)).contains(&"other".to_owned()));
    }
}
