//! The most memory that an instance may have, written into the binary.
//!
//! The browser refuses growth past a declared maximum in that instance alone. The program's
//! allocator then gives up, and the standard library aborts without a word: its hook for this is
//! not open to programs. So the binary itself keeps what was refused, in an exported global; the
//! shell reads it from a dead instance and can say why it died.

use walrus::ir::{BinaryOp, Instr, MemoryGrow, Value};
use walrus::{ConstExpr, FunctionBuilder, FunctionId, GlobalId, LocalFunction, MemoryId, Module, ValType};

use super::{WasmError, sequences};

/// The export: pages of 64 KiB that were asked for in vain the last time, 0 if never.
pub(in crate::floor) const REFUSED: &str = "croupier_refused";

const PAGES_IN_MIB: u64 = 16;

/// Sets the maximum of the memory, and keeps what is refused.
///
/// # Errors
/// The program has no memory of its own, or more than this from the start.
pub(super) fn cap(module: &mut Module, mib: u32) -> Result<(), WasmError> {
    let memories = module.memories.iter().map(walrus::Memory::id).collect::<Vec<_>>();
    let [id] = memories[..] else { return Err(WasmError::Memories) };
    let memory = module.memories.get_mut(id);
    if memory.import.is_some() {
        return Err(WasmError::Memories);
    }
    let pages = u64::from(mib) * PAGES_IN_MIB;
    if memory.initial > pages {
        return Err(WasmError::TooMuchFromTheStart {
            needed_mib: memory.initial.div_ceil(PAGES_IN_MIB),
            limit_mib: mib,
        });
    }
    memory.maximum = Some(memory.maximum.map_or(pages, |declared| declared.min(pages)));
    keep_refusals(module, id);
    Ok(())
}

fn keep_refusals(module: &mut Module, memory: MemoryId) {
    let growing = module.funcs.iter_local().filter(|(_, function)| grows(function)).map(|(id, _)| id);
    let growing = growing.collect::<Vec<_>>();
    let refused = module.globals.add_local(ValType::I32, true, false, ConstExpr::Value(Value::I32(0)));
    module.exports.add(REFUSED, refused);
    let grow = growth(module, memory, refused);
    for id in growing {
        let function = module.funcs.get_mut(id).kind.unwrap_local_mut();
        for sequence in sequences(function) {
            for (instruction, _) in &mut function.block_mut(sequence).instrs {
                if matches!(instruction, Instr::MemoryGrow(_)) {
                    *instruction = walrus::ir::Call { func: grow }.into();
                }
            }
        }
    }
}

fn grows(function: &LocalFunction) -> bool {
    sequences(function).into_iter().any(|sequence| {
        function.block(sequence).iter().any(|(instruction, _)| matches!(instruction, Instr::MemoryGrow(_)))
    })
}

/// `memory.grow` as a function that keeps the pages it could not get.
fn growth(module: &mut Module, memory: MemoryId, refused: GlobalId) -> FunctionId {
    let mut builder = FunctionBuilder::new(&mut module.types, &[ValType::I32], &[ValType::I32]);
    let (pages, before) = (module.locals.add(ValType::I32), module.locals.add(ValType::I32));
    builder
        .func_body()
        .local_get(pages)
        .instr(MemoryGrow { memory })
        .local_tee(before)
        .i32_const(-1)
        .binop(BinaryOp::I32Eq)
        .if_else(
            None,
            |then| {
                then.local_get(pages).global_set(refused);
            },
            |_| {},
        )
        .local_get(before);
    builder.finish(vec![pages], &mut module.funcs)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{module, run};
    use super::*;

    const GROWS: &str = r#"(module
        (memory (export "memory") 17)
        (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))"#;

    #[test]
    fn growth_past_the_limit_is_refused_and_kept_in_that_instance_only() {
        let mut module = module(GROWS);
        cap(&mut module, 2).unwrap();
        let said = run(
            &module.emit_wasm(),
            "const a = make(), b = make();
             say(a.grow(15), a.croupier_refused.value);
             say(a.grow(1), a.croupier_refused.value, a.memory.buffer.byteLength);
             say(b.grow(1), b.croupier_refused.value);
             say(b.grow(100), b.croupier_refused.value);",
        );
        assert_eq!(said, "17 0\n-1 1 2097152\n17 0\n-1 100\n");
    }

    #[test]
    fn a_limit_that_the_program_needs_more_than_from_the_start_is_refused() {
        let error = cap(&mut module(GROWS), 1).unwrap_err().to_string();
        assert_eq!(error, "limits.memory_mib is 1, and the program needs 2 MiB before it does anything");
    }

    #[test]
    fn a_lower_maximum_of_the_program_itself_stays() {
        let mut module = module(r#"(module (memory (export "memory") 1 3))"#);
        cap(&mut module, 2).unwrap();
        assert_eq!(module.memories.iter().next().unwrap().maximum, Some(3));
    }

    #[test]
    fn no_memory_and_a_foreign_one_are_refused() {
        for text in ["(module)", r#"(module (import "e" "m" (memory 1)))"#] {
            assert!(matches!(cap(&mut module(text), 2), Err(WasmError::Memories)), "{text}");
        }
    }
}
