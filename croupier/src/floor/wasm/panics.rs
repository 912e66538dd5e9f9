//! How a program calls the one function through which every panic of `core` comes. It takes a text,
//! what is to be put into it, and a place.

use walrus::ir::{Const, Instr, InstrLocId, Value};
use walrus::{ConstExpr, DataKind, ElementItems, FunctionId, LocalFunction, Module};

use super::sequences;

/// A text that is among the program's data.
pub(super) struct Constant {
    pub(super) address: i32,
    /// The second argument: twice the length, and one. For a text to be formatted it is
    /// an address, which is even.
    pub(super) arguments: i32,
    pub(super) place: Place,
}

impl Constant {
    pub(super) fn find(module: &Module, text: &str, place: Place) -> Option<Self> {
        let arguments = i32::try_from(text.len()).ok()? << 1 | 1;
        let address = module.data.iter().find_map(|data| {
            let DataKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. } = data.kind else { return None };
            let at = data.value.windows(text.len()).position(|window| window == text.as_bytes())?;
            start.checked_add(i32::try_from(at).ok()?)
        });
        Some(Self { address: address?, arguments, place })
    }
}

/// Where this function says that the panic is; the optimiser may have moved it out of the arguments.
pub(super) fn place(function: &LocalFunction, panic: FunctionId) -> Option<Place> {
    let mut places = Vec::new();
    for sequence in sequences(function) {
        let instructions = &function.block(sequence).instrs;
        for (at, (instruction, _)) in instructions.iter().enumerate() {
            if matches!(instruction, Instr::Call(call) if call.func == panic) {
                places.push(match &instructions.get(at.checked_sub(1)?)?.0 {
                    Instr::Const(Const { value: Value::I32(known) }) => Place::Known(*known),
                    Instr::LocalGet(local) => {
                        Place::Argument(function.args.iter().position(|arg| *arg == local.local)?)
                    }
                    _ => return None,
                });
            }
        }
    }
    places.dedup();
    if let [place] = places[..] { Some(place) } else { None }
}

/// The third argument, the address of a file's name, a line and a column.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Known(i32),
    Argument(usize),
}

/// Whether any panic may have something to format: one whose text is not plainly a constant, or one
/// that is called by its address.
pub(super) fn formats(module: &Module, panic: FunctionId, plain: &[FunctionId]) -> bool {
    let elements = module.elements.iter().any(|element| match &element.items {
        ElementItems::Functions(ids) => ids.contains(&panic),
        ElementItems::Expressions(_, expressions) => {
            expressions.iter().any(|item| matches!(item, ConstExpr::RefFunc(id) if *id == panic))
        }
    });
    let exported = module.exports.get_exported_func(panic).is_some();
    let mut callers = module.funcs.iter_local().filter(|(id, _)| !plain.contains(id));
    elements || exported || callers.any(|(_, function)| calls_with_arguments(function, panic))
}

fn calls_with_arguments(function: &LocalFunction, panic: FunctionId) -> bool {
    sequences(function).into_iter().any(|sequence| {
        let instructions = &function.block(sequence).instrs;
        instructions.iter().enumerate().any(|(at, (instruction, _))| match instruction {
            Instr::Call(call) if call.func == panic => !is_constant(&instructions[..at]),
            Instr::RefFunc(taken) => taken.func == panic,
            Instr::ReturnCall(call) => call.func == panic,
            _ => false,
        })
    })
}

/// Whether these end with a constant text and a place.
fn is_constant(before: &[(Instr, InstrLocId)]) -> bool {
    let [.., (Instr::Const(arguments), _), (Instr::Const(_) | Instr::LocalGet(_), _)] = before else { return false };
    matches!(arguments.value, Value::I32(number) if number & 1 == 1)
}
