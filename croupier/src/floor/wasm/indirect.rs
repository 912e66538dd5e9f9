//! What only a function pointer could reach, and none can.
//!
//! A function pointer is the number of a place in the table, and what stands in the table stays in the program. But a
//! place is nobody's
//!
//! - if no call through the table names the type of what stands there: a call checks it. Libraries describe to
//!   wasm-bindgen every kind of closure that they could be given, and so there is a function for each;
//! - if its number stands nowhere, neither in the code nor in the memory that the program begins with. The linker writes
//!   the number of each function whose address is taken, so it is where it is used, and whatever used it may be gone by
//!   now: what formats a panic, methods of traits that nobody calls.

use std::collections::HashSet;

use walrus::ir::{CallIndirect, Const, ReturnCallIndirect, TableCopy, TableGet, Value, Visitor, dfs_in_order};
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, GlobalKind, Module, RefType,
    TableId, TypeId, ValType, passes,
};

type Signature = (Vec<ValType>, Vec<ValType>);

/// Takes such functions out of the table, and then what nothing refers to, until nothing is left to take. Their places
/// stay, so that every function pointer keeps its meaning.
pub(super) fn drop_uncallable(module: &mut Module) {
    let tables: HashSet<TableId> =
        module.tables.iter().filter(|table| table.element_ty == RefType::FUNCREF).map(|table| table.id()).collect();
    let nothing = FunctionBuilder::new(&mut module.types, &[], &[]);
    let nothing = unreachable(nothing).finish(vec![], &mut module.funcs);
    loop {
        let uses = Uses::of(module);
        let is_open = |table: &TableId| uses.read.contains(table) || is_shared(module, *table);
        if tables.iter().any(is_open) {
            break;
        }
        let uncallable = uncallable(module, &uses);
        let mut is_done = true;
        for element in module.elements.iter_mut() {
            let (
                ElementKind::Active { offset: ConstExpr::Value(Value::I32(first)), .. },
                ElementItems::Functions(places),
            ) = (&element.kind, &mut element.items)
            else {
                continue;
            };
            for (number, function) in (first.cast_unsigned()..).zip(places) {
                let is_reached = uses.numbers.contains(&number) && !uncallable.contains(function);
                if !is_reached && *function != nothing {
                    *function = nothing;
                    is_done = false;
                }
            }
        }
        if is_done {
            break;
        }
        passes::gc::run(module);
    }
    passes::gc::run(module);
}

/// What is of a type that no call through a table names.
fn uncallable(module: &Module, uses: &Uses) -> HashSet<FunctionId> {
    let called: HashSet<Signature> = uses.types.iter().map(|of| signature(module, *of)).collect();
    let functions = module.funcs.iter().filter(|function| !called.contains(&signature(module, function.ty())));
    functions.map(walrus::Function::id).collect()
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
struct Uses {
    types: HashSet<TypeId>,
    /// Functions are taken out of these, whatever their type.
    read: HashSet<TableId>,
    /// Every number that could be a function pointer.
    numbers: HashSet<u32>,
}

impl Uses {
    fn of(module: &Module) -> Self {
        let mut uses = Self::default();
        for (_, function) in module.funcs.iter_local() {
            dfs_in_order(&mut uses, function, function.entry_block());
        }
        for global in module.globals.iter() {
            if let GlobalKind::Local(ConstExpr::Value(value)) = &global.kind {
                uses.add(value);
            }
        }
        for data in module.data.iter() {
            // Around what is given, memory is zero: a number's own zeros may have been left out.
            uses.bytes(&[&[0; 3], data.value.as_slice(), &[0; 3]].concat());
        }
        uses
    }

    fn add(&mut self, value: &Value) {
        match value {
            Value::I32(value) => self.bytes(&value.to_le_bytes()),
            // The compiler stores two numbers that lie side by side as one.
            Value::I64(value) => self.bytes(&value.to_le_bytes()),
            Value::V128(value) => self.bytes(&value.to_le_bytes()),
            Value::F32(_) | Value::F64(_) => {}
        }
    }

    /// Wherever a number begins: a packed structure has no alignment.
    fn bytes(&mut self, bytes: &[u8]) {
        self.numbers.extend(bytes.windows(4).map(|four| u32::from_le_bytes(four.try_into().expect("four bytes"))));
    }
}

impl Visitor<'_> for Uses {
    fn visit_const(&mut self, constant: &Const) {
        self.add(&constant.value);
    }

    fn visit_call_indirect(&mut self, call: &CallIndirect) {
        self.types.insert(call.ty);
    }

    fn visit_return_call_indirect(&mut self, call: &ReturnCallIndirect) {
        self.types.insert(call.ty);
    }

    fn visit_table_get(&mut self, get: &TableGet) {
        self.read.insert(get.table);
    }

    fn visit_table_copy(&mut self, copy: &TableCopy) {
        self.read.extend([copy.src, copy.dst]);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{module, named, run};
    use super::*;

    const TABLE: &str = "(module
        (type $called (func (param i32) (result i32)))
        (memory 1)
        (data (i32.const 64) \"\\07\\15\")
        (table 24 funcref)
        (elem (i32.const 20) $twice $thrice $other $unnamed)
        (func $twice (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
        (func $other (param i64) (drop (i64.const 7)))
        (func $thrice (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))
        (func $unnamed (param i32) (result i32) (call $only_there (local.get 0)))
        (func $only_there (param i32) (result i32) (i32.mul (local.get 0) (i32.const 4)))
        (func (export \"call\") (param i32) (result i32)
            (call_indirect (type $called) (i32.const 5) (local.get 0)))
        (func (export \"pointers\") (result i64) (i64.const 0x1600000014))";

    fn packed(more: &str) -> Module {
        let mut module = module(&format!("{TABLE} {more})"));
        drop_uncallable(&mut module);
        module
    }

    #[test]
    fn a_type_that_nobody_calls_goes_and_pointers_keep_their_meaning() {
        let mut module = packed("");
        assert!(!named(&module).contains(&"other".to_owned()));
        let script = "const { call } = make({});
            say(call(20), call(21));
            try { call(22) } catch (error) { say(error.name) }";
        assert_eq!(run(&module.emit_wasm(), script), "10 15\nRuntimeError\n");
    }

    #[test]
    fn what_no_number_in_code_or_memory_points_to_goes_with_all_that_it_needs() {
        let left = named(&packed(""));
        assert!(!left.iter().any(|name| name == "unnamed" || name == "only_there"), "{left:?}");
        assert!(left.contains(&"thrice".to_owned()), "its number is in memory, unaligned and without its zeros");
        let left = named(&packed("(func (export \"more\") (result i32) (i32.const 23))"));
        assert!(left.contains(&"only_there".to_owned()));
        // What only held the number of another is gone first.
        let left = named(&packed("(func $held (param i64) (drop (i32.const 23)))"));
        assert!(!left.contains(&"unnamed".to_owned()));
    }

    #[test]
    fn a_table_that_others_can_reach_stays_as_it_is() {
        assert!(named(&packed("(export \"table\" (table 0))")).contains(&"other".to_owned()));
        let read = "(func (export \"take\") (result funcref) (table.get 0 (i32.const 1)))";
        assert!(named(&packed(read)).contains(&"other".to_owned()));
    }
}
