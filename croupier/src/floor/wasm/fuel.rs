//! Loops that can't run for ever.
//!
//! At the head of each loop an exported global is counted down, and the instance traps once it is
//! below zero. The shell sets it anew ten times a second, which it can't while a fragment does not come
//! back. A single instruction that copies or fills a large part of memory is as long as a loop, and is
//! counted by what it moves. The time inside one call of the browser is not counted, nor is
//! recursion, which ends by itself at the end of the stack.

use walrus::ir::{BinaryOp, Call, IfElse, Instr, InstrSeqId, Value};
use walrus::{ConstExpr, FunctionBuilder, FunctionId, GlobalId, LocalFunction, Module, ValType};

use super::{WasmError, sequences};

/// The export: loop iterations that are left.
pub(in crate::floor) const FUEL: &str = release::FUEL_EXPORT;

/// The most that fits into the counter.
pub(in crate::floor) const MOST_FUEL_MILLIONS: u32 = 2147;

/// Of what is copied or filled, two to the power of this many bytes take as long as a short iteration.
const BYTES_OF_A_STEP: i32 = 5;

/// Counts every loop of the program, and everything that moves memory.
///
/// # Errors
/// The number is too large to be counted down from.
pub(super) fn count(module: &mut Module, millions: u32) -> Result<(), WasmError> {
    let iterations = millions.checked_mul(1_000_000).and_then(|all| i32::try_from(all).ok());
    let iterations = iterations.ok_or(WasmError::TooMuchFuel(millions))?;
    let init = ConstExpr::Value(Value::I32(iterations));
    let fuel = module.globals.add_local(ValType::I32, true, false, init);
    module.exports.add(FUEL, fuel);
    let weigh = weigher(module, fuel);
    for (id, function) in module.funcs.iter_local_mut() {
        if id == weigh {
            continue;
        }
        for sequence in sequences(function) {
            weigh_moves(function, sequence, weigh);
        }
        for sequence in loops(function) {
            burn(function, sequence, fuel);
        }
    }
    Ok(())
}

/// The function that counts a number of bytes, and returns it.
fn weigher(module: &mut Module, fuel: GlobalId) -> FunctionId {
    let bytes = module.locals.add(ValType::I32);
    let mut builder = FunctionBuilder::new(&mut module.types, &[ValType::I32], &[ValType::I32]);
    let mut body = builder.func_body();
    body.global_get(fuel).local_get(bytes).i32_const(BYTES_OF_A_STEP).binop(BinaryOp::I32ShrU);
    body.binop(BinaryOp::I32Sub).global_set(fuel).global_get(fuel).i32_const(0).binop(BinaryOp::I32LtS);
    body.if_else(
        None,
        |dry| {
            dry.unreachable();
        },
        |_| {},
    );
    body.local_get(bytes);
    builder.finish(vec![bytes], &mut module.funcs)
}

/// Puts that function before each instruction that moves memory: how much is what it takes last.
fn weigh_moves(function: &mut LocalFunction, sequence: InstrSeqId, weigh: FunctionId) {
    let instructions = &mut function.block_mut(sequence).instrs;
    let moves = |instruction: &Instr| matches!(instruction, Instr::MemoryCopy(_) | Instr::MemoryFill(_));
    let mut index = 0;
    while let Some((instruction, location)) = instructions.get(index) {
        if moves(instruction) {
            instructions.insert(index, (Call { func: weigh }.into(), *location));
            index += 1;
        }
        index += 1;
    }
}

/// The bodies of the loops.
fn loops(function: &LocalFunction) -> Vec<InstrSeqId> {
    let bodies = sequences(function).into_iter().flat_map(|sequence| {
        function.block(sequence).iter().filter_map(|(instruction, _)| match instruction {
            Instr::Loop(found) => Some(found.seq),
            _ => None,
        })
    });
    bodies.collect()
}

/// Puts one step before what a loop does. A branch to the loop begins here again.
fn burn(function: &mut LocalFunction, body: InstrSeqId, fuel: GlobalId) {
    let builder = function.builder_mut();
    let alternative = builder.dangling_instr_seq(None).id();
    let mut dry = builder.dangling_instr_seq(None);
    dry.unreachable();
    let consequent = dry.id();
    let mut step = builder.dangling_instr_seq(None);
    step.global_get(fuel)
        .i32_const(1)
        .binop(BinaryOp::I32Sub)
        .global_set(fuel)
        .global_get(fuel)
        .i32_const(0)
        .binop(BinaryOp::I32LtS)
        .instr(IfElse { consequent, alternative });
    let step = std::mem::take(step.instrs_mut());
    function.block_mut(body).instrs.splice(0..0, step);
}

#[cfg(test)]
mod tests {
    use super::super::testing::{module, run};
    use super::*;

    const LOOPS: &str = r#"(module
        (func (export "for_ever") (loop (br 0)))
        (func (export "nested") (loop (loop (br 1))))
        (func (export "times") (param i32) (result i32)
            (local i32)
            (block (loop
                (br_if 1 (i32.ge_s (local.get 1) (local.get 0)))
                (local.set 1 (i32.add (local.get 1) (i32.const 1)))
                (br 0)))
            (local.get 1)))"#;

    fn counted(millions: u32) -> Vec<u8> {
        let mut module = module(LOOPS);
        count(&mut module, millions).unwrap();
        module.emit_wasm()
    }

    #[test]
    fn a_loop_without_end_traps_and_another_instance_lives_on() {
        let said = run(
            &counted(20),
            "const a = make(), b = make(), began = performance.now();
             for (const name of ['for_ever', 'nested']) {
                 a.croupier_fuel.value = 20e6;
                 try { a[name](); say('came back'); } catch (error) { say(error.constructor.name, error.message); }
             }
             say(performance.now() - began < 5000, a.croupier_fuel.value, b.croupier_fuel.value, b.times(1000));
             // Dead: it does not run on by the next call.
             try { a.times(1); say('came back'); } catch (error) { say('still dead'); }",
        );
        assert_eq!(said, "RuntimeError unreachable\nRuntimeError unreachable\ntrue -1 20000000 1000\nstill dead\n");
    }

    #[test]
    fn what_is_refilled_never_runs_dry_and_counts_each_iteration() {
        let said = run(
            &counted(1),
            "const a = make();
             for (let i = 0; i < 50; i += 1) { a.croupier_fuel.value = 100; say(a.times(99), a.croupier_fuel.value); }
             a.croupier_fuel.value = 100;
             try { a.times(100); say('came back'); } catch { say('trapped'); }",
        );
        assert_eq!(said, "99 0\n".repeat(50) + "trapped\n");
    }

    #[test]
    fn what_moves_memory_is_counted_by_how_much_it_is() {
        let mut module = module(
            r#"(module (memory (export "memory") 16)
                (func (export "fill") (param i32) (memory.fill (i32.const 0) (i32.const 7) (local.get 0)))
                (func (export "copy") (param i32) (memory.copy (i32.const 1) (i32.const 0) (local.get 0))))"#,
        );
        count(&mut module, 1).unwrap();
        let said = run(
            &module.emit_wasm(),
            "const a = make();
             a.croupier_fuel.value = 1000;
             a.fill(32 * 600);
             say(a.croupier_fuel.value, new Uint8Array(a.memory.buffer)[32 * 600 - 1]);
             a.copy(31);
             say(a.croupier_fuel.value);
             try { a.copy(32 * 401); say('came back'); } catch { say('trapped'); }",
        );
        assert_eq!(said, "400 7\n400\ntrapped\n");
    }

    #[test]
    fn what_the_counter_cannot_hold_is_refused() {
        assert!(count(&mut module(LOOPS), MOST_FUEL_MILLIONS).is_ok());
        assert!(matches!(count(&mut module(LOOPS), MOST_FUEL_MILLIONS + 1), Err(WasmError::TooMuchFuel(2148))));
    }
}
