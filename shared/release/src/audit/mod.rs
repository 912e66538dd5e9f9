//! What a fragment's JavaScript reaches of the browser: the whole of a plain fragment, and of one in Wasm the glue,
//! which holds every call that the binary can make.
//!
//! It goes by names, after the language's own scoping: a global that nothing in the module declares, and members by
//! name of whatever object. It can't see a member whose name is computed, what a value that somebody else handed over
//! can do, nor what an element loads that the code makes; holding the window itself, from where all else could be had
//! by a computed name, is a capability of its own.
//! So this tells what honest code uses and what changes from release to release. What contains code that is not
//! honest is a frame.

mod table;

use std::collections::BTreeSet;

use oxc_allocator::Allocator;
use oxc_ast::AstKind;
use oxc_ast::ast::{Expression, IdentifierReference, UnaryOperator};
use oxc_parser::Parser;
use oxc_semantic::{IsGlobalReference, NodeId, Semantic, SemanticBuilder};
use oxc_span::{GetSpan, SourceType, Span};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use table::{CAPABILITIES, Capability};
use table::{Global, global, member};

/// Why nothing can be said of a module.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum AuditError {
    /// It is none.
    #[error("the entry module is no JavaScript: {0}")]
    Syntax(String),
    /// Whoever read it did not get to its end: said by those who run [`audit`] in another process, never by itself.
    #[error("the entry module can't be read: it is nested too deeply, holds too much or takes too long")]
    Unreadable,
}

/// What an audit found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Module {
    /// What the module exports.
    pub exports: BTreeSet<String>,
    /// The modules that it imports statically.
    pub imports: BTreeSet<String>,
    /// What it reaches, each name once.
    pub reaches: BTreeSet<Reach>,
}

/// Something of the browser that the code names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reach {
    /// What `fragment.toml` has to grant: the name of a capability, or a global's own.
    pub grant: String,
    /// As the code names it: `fetch`, `.cookie`, `window[…]`.
    pub name: String,
}

/// Reads a module. It goes down into what is nested, and takes memory for all that there is: code that was made for it
/// ends the process. Whoever has more to lose than that reads what others wrote in a process of its own.
///
/// # Errors
/// It is not JavaScript.
pub fn audit(code: &str) -> Result<Module, AuditError> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, code, SourceType::mjs()).parse();
    if let Some(error) = parsed.diagnostics.first() {
        return Err(AuditError::Syntax(error.to_string()));
    }
    let record = &parsed.module_record;
    let exports = record.exported_bindings.keys().map(ToString::to_string).collect();
    let imports = record.requested_modules.keys().map(ToString::to_string).collect();
    let semantic = SemanticBuilder::new().with_build_nodes(true).build(&parsed.program).semantic;
    let mut finder = Finder { semantic: &semantic, reaches: BTreeSet::new() };
    for node in semantic.nodes() {
        finder.look(node.id(), node.kind());
    }
    Ok(Module { exports, imports, reaches: finder.reaches })
}

/// What is reached and not granted.
pub fn ungranted<'a>(module: &'a Module, grants: &'a [String]) -> impl Iterator<Item = &'a Reach> {
    module.reaches.iter().filter(|reach| !grants.contains(&reach.grant))
}

struct Finder<'s, 'a> {
    semantic: &'s Semantic<'a>,
    reaches: BTreeSet<Reach>,
}

impl<'a> Finder<'_, 'a> {
    fn add(&mut self, grant: &str, name: String) {
        self.reaches.insert(Reach { grant: grant.to_owned(), name });
    }

    fn parent(&self, id: NodeId) -> AstKind<'a> {
        self.semantic.nodes().parent_kind(id)
    }

    fn look(&mut self, id: NodeId, kind: AstKind<'a>) {
        match kind {
            AstKind::IdentifierReference(reference) => self.reference(id, reference),
            AstKind::StaticMemberExpression(access) => {
                self.access(id, &access.object, access.property.name.as_str(), access.span);
            }
            AstKind::ComputedMemberExpression(access) => match access.static_property_name() {
                Some(name) => self.access(id, &access.object, name.as_str(), access.span),
                None => self.computed(&access.object),
            },
            // `const { cookie } = document`
            AstKind::BindingProperty(property) => self.taken(property.key.static_name().as_deref()),
            AstKind::AssignmentTargetPropertyIdentifier(property) => self.taken(Some(property.binding.name.as_str())),
            AstKind::AssignmentTargetPropertyProperty(property) => self.taken(property.name.static_name().as_deref()),
            AstKind::ImportExpression(_) => self.add("modules", "import()".to_owned()),
            _ => {}
        }
    }

    fn reference(&mut self, id: NodeId, reference: &IdentifierReference<'a>) {
        if !reference.is_global_reference(self.semantic.scoping()) {
            return;
        }
        let parent = self.parent(id);
        // To ask whether there is such a thing is not to use it.
        if matches!(parent, AstKind::UnaryExpression(unary) if unary.operator == UnaryOperator::Typeof) {
            return;
        }
        let name = reference.name.as_str();
        if name == "Function" && calls(parent, reference.span) {
            return self.add("eval", "Function()".to_owned());
        }
        match global(name) {
            Global::Root => match parent {
                // What it is then, `access` and `computed` say.
                AstKind::StaticMemberExpression(access) if access.object.span() == reference.span => {}
                AstKind::ComputedMemberExpression(access) if access.object.span() == reference.span => {}
                _ => self.add("window", name.to_owned()),
            },
            _ => self.global(name),
        }
    }

    fn global(&mut self, name: &str) {
        match global(name) {
            Global::Plain => {}
            Global::Root => self.add("window", name.to_owned()),
            Global::Of(grant) => self.add(grant, name.to_owned()),
            Global::Unknown => self.add(name, name.to_owned()),
        }
    }

    /// A member with a name that stands there.
    fn access(&mut self, id: NodeId, object: &Expression<'a>, name: &str, span: Span) {
        let object = object.get_inner_expression();
        if self.names(object, |name| global(name) == Global::Root) {
            return self.global(name);
        }
        let called = calls(self.parent(id), span) && !matches!(object, Expression::ThisExpression(_));
        if let Some(grant) = member(name, called) {
            self.add(grant, format!(".{name}"));
        }
    }

    /// A member with a name that only the run knows. What matters is of what it is one.
    fn computed(&mut self, object: &Expression<'a>) {
        let holds_much = |name: &str| global(name) == Global::Root || matches!(name, "document" | "navigator");
        let object = object.get_inner_expression();
        if let Expression::Identifier(reference) = object
            && self.names(object, holds_much)
        {
            self.add("window", format!("{}[…]", reference.name));
        }
    }

    /// A member that is taken out of an object by its name.
    fn taken(&mut self, name: Option<&str>) {
        if let Some((name, grant)) = name.and_then(|name| Some((name, member(name, false)?))) {
            self.add(grant, format!(".{name}"));
        }
    }

    /// Whether an expression is a global of such a name.
    fn names(&self, expression: &Expression<'a>, such: impl Fn(&str) -> bool) -> bool {
        matches!(expression, Expression::Identifier(reference)
            if reference.is_global_reference(self.semantic.scoping()) && such(reference.name.as_str()))
    }
}

/// Whether this is a call of, or `new` with, what stands at `callee`.
fn calls(kind: AstKind<'_>, callee: Span) -> bool {
    match kind {
        AstKind::CallExpression(call) => call.callee.span() == callee,
        AstKind::NewExpression(new) => new.callee.span() == callee,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
