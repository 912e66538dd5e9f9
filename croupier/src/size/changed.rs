//! A binary as a change of a view leaves it: more text, so that what lies behind it moves, and with it each address
//! in code and data; and one more function, so that those behind it have other numbers, and with them each call.
//!
//! It is never run. It stands in for a build, so that what an update weighs is known at once and is the same for
//! everybody; what a view weighs that was really changed is in decision 027.

use anyhow::{Context, Result};
use walrus::ir::{Const, Instr, Value, VisitorMut, dfs_pre_order_mut};
use walrus::{ConstExpr, DataId, DataKind, FunctionBuilder, Module};

/// What the view shows in addition.
const TEXT: &[u8] =
    b"<p class=\"muted small\" data-test=\"figures-note\">{words}</p><button type=\"button\" class=\"button \
    button--quiet button--small\" data-test=\"all-of-it\" aria-label=\"{label}\">{words} ({count})</button>     ";
/// How much there is to do for it.
const STEPS: u32 = 48;

/// The binary of before, written as the next one is, and that one.
///
/// # Errors
/// It is no binary, or has no data.
pub(super) fn view(wasm: &[u8]) -> Result<[Vec<u8>; 2]> {
    let read = || Module::from_buffer(wasm).context("reading a packed binary");
    let before = read()?.emit_wasm();
    let mut module = read()?;
    let (data, start) = largest(&module).context("a packed binary has data")?;
    let middle = module.data.get(data).value.len() / 2 / 16 * 16;
    let from = start + u32::try_from(middle)?;
    let end = start + u32::try_from(module.data.get(data).value.len())?;
    let mut shift = Shift { from, end, by: u32::try_from(TEXT.len())? };
    let value = &mut module.data.get_mut(data).value;
    for word in value.chunks_exact_mut(4) {
        let moved = shift.of(u32::from_le_bytes([word[0], word[1], word[2], word[3]]));
        word.copy_from_slice(&moved.to_le_bytes());
    }
    value.splice(middle..middle, TEXT.iter().copied());
    for (_, function) in module.funcs.iter_local_mut() {
        let entry = function.entry_block();
        dfs_pre_order_mut(&mut shift, function, entry);
    }
    add_function(&mut module, from)?;
    Ok([before, module.emit_wasm()])
}

/// The data segment that holds most, and where it begins.
fn largest(module: &Module) -> Option<(DataId, u32)> {
    let active = module.data.iter().filter_map(|data| match data.kind {
        DataKind::Active { offset: ConstExpr::Value(Value::I32(at)), .. } => {
            Some((data.id(), at.cast_unsigned(), data.value.len()))
        }
        _ => None,
    });
    active.max_by_key(|(_, _, length)| *length).map(|(id, start, _)| (id, start))
}

/// Addresses behind what was put in.
struct Shift {
    from: u32,
    end: u32,
    by: u32,
}

impl Shift {
    fn of(&self, address: u32) -> u32 {
        if (self.from..self.end).contains(&address) { address + self.by } else { address }
    }
}

impl VisitorMut for Shift {
    fn visit_const_mut(&mut self, constant: &mut Const) {
        if let Value::I32(value) = &mut constant.value {
            *value = self.of(value.cast_unsigned()).cast_signed();
        }
    }

    fn visit_instr_mut(&mut self, instruction: &mut Instr, _: &mut walrus::InstrLocId) {
        let argument = match instruction {
            Instr::Load(load) => &mut load.arg,
            Instr::Store(store) => &mut store.arg,
            _ => return,
        };
        if let Ok(offset) = u32::try_from(argument.offset) {
            argument.offset = self.of(offset).into();
        }
    }
}

/// One that calls others, as views do, and that somebody calls.
fn add_function(module: &mut Module, address: u32) -> Result<()> {
    let nothing = module.types.add(&[], &[]);
    let called: Vec<_> = module.funcs.iter().filter(|one| one.ty() == nothing).map(walrus::Function::id).collect();
    let caller = module.funcs.iter_local().map(|(id, _)| id).nth(9).context("a packed binary has functions")?;
    let memory = module.memories.iter().next().context("a packed binary has a memory")?.id();
    let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
    let mut body = builder.func_body();
    for step in 0..STEPS {
        let at = (address + step * step * 7).cast_signed();
        let arg = walrus::ir::MemArg { align: 4, offset: u64::from(step * 4) };
        body.i32_const(at).load(memory, walrus::ir::LoadKind::I32 { atomic: false }, arg).drop();
        if let Some(function) = called.get(step as usize % called.len().max(1)) {
            body.call(*function);
        }
    }
    let added = builder.finish(Vec::new(), &mut module.funcs);
    let caller = module.funcs.get_mut(caller).kind.unwrap_local_mut();
    caller.builder_mut().func_body().instr_at(0, walrus::ir::Call { func: added });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_behind_the_new_text_is_found_where_it_is_now() {
        let data = "0123456789abcdef".repeat(4);
        let functions = "(func (param i32) local.get 0 drop)".repeat(12);
        let text = format!(
            "(module (memory 1) {functions} (func (export \"f\") (result i32) i32.const 1040 i32.load offset=1032
             i32.const 1000 i32.add) (data (i32.const 1000) \"{data}\"))"
        );
        let [before, after] = view(&wat::parse_str(text).unwrap()).unwrap();
        assert!(after.len() > before.len() + TEXT.len());
        let module = Module::from_buffer(&after).unwrap();
        let data = module.data.iter().next().unwrap();
        assert_eq!(data.value[32..32 + TEXT.len()], *TEXT);
        let shift = Shift { from: 1032, end: 1064, by: 200 };
        assert_eq!([1000, 1031, 1032, 1063, 1064].map(|at| shift.of(at)), [1000, 1031, 1232, 1263, 1064]);
    }
}
