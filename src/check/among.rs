use super::Context;
use crate::diagnostic::{Code, Diagnostic, quote};
use crate::persona::Relation;
use crate::pointer::Pointer;
use crate::roster::{FileIndex, Kind, Roster};
use crate::source::Span;

/// An id that another file has, too: whoever names it means the first.
pub(super) fn duplicate_persona(context: &mut Context<'_>, roster: &Roster, file: FileIndex) {
    let Some(first) = roster.find(roster.id(file)).filter(|&first| first != file) else {
        return;
    };
    let id = context.get("id");
    let id = id.text();
    // Without an id of its own, it is the file's name that is taken, and its beginning stands for the file.
    let start = context.root.entries().first().map_or(Span::EMPTY, |entry| entry.key_span);
    let (pointer, span) = id.map_or((Pointer::root(), start), |id| (id.way.pointer(), id.span));
    let message = format!("the id {} is taken by {}", quote(roster.id(file)), quote(roster.name(first)));
    let found = Diagnostic::new(Code::DuplicatePersona, message, pointer, span);
    context.report(found.help("give one of the two another id"));
}

/// A related character that is none of those who are here.
pub(super) fn dangling_relation(context: &mut Context<'_>, roster: &Roster, _: FileIndex) {
    let is_persona = |kind| kind == Kind::Persona;
    for related in context.get("related_characters").items() {
        let id = related.get("id");
        let Some(id) = id.text() else {
            continue;
        };
        if roster.find(id.content).is_some_and(|known| is_persona(roster.kind(known))) || context.omits() {
            continue;
        }
        let message = format!("no persona here has the id {}", quote(id.content));
        let found = id.finding(Code::DanglingRelation, message);
        context.report(match roster.nearest(id.content, is_persona) {
            Some(meant) => found.help(format!("did you mean {}?", quote(meant))).unsafe_fix(id.span, meant),
            None => found.help("delete the `id` of one who has no persona"),
        });
    }
}

/// A relation that goes one way, where the other way has a name.
pub(super) fn one_sided_relation(context: &mut Context<'_>, roster: &Roster, file: FileIndex) {
    if roster.kind(file) != Kind::Persona {
        return;
    }
    for related in context.get("related_characters").items() {
        let (id, relation) = (related.get("id"), related.get("relation"));
        let (Some(id), Some(relation)) = (id.text(), relation.text()) else {
            continue;
        };
        // Whoever influenced somebody need not have heard of them.
        let inverse = Relation::from(relation.content).inverse().filter(|inverse| *inverse != Relation::Influenced);
        let other = roster.find(id.content).filter(|&other| other != file && roster.kind(other) == Kind::Persona);
        let (Some(inverse), Some(other)) = (inverse, other) else {
            continue;
        };
        if roster.relations(other, roster.id(file)).any(|known| known == inverse.as_str()) || context.omits() {
            continue;
        }
        let (one, me) = (quote(id.content), quote(roster.id(file)));
        let message = format!("{one} does not name {me} as {} in turn", quote(inverse.as_str()));
        let found = relation.finding(Code::OneSidedRelation, message);
        context.report(found.help(format!("say so in {}", quote(roster.name(other)))));
    }
}
