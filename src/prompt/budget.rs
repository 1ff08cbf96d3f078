//! What of a prompt is kept when it may not have all.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::Section;
use super::list::{Choice, List};
use super::options::Priority;
use super::origin::{LeftOut, What};
use super::prepared::{Candidate, Prepared};
use super::zone::Zone;
use crate::Selection;
use crate::error::Error;

/// What is kept or left out as one.
struct Unit {
    kind: Kind,
    priority: Priority,
    limit: usize,
}

enum Kind {
    /// Sections that show the same items; most often a single one that shows none.
    Sections {
        names: BTreeSet<String>,
        lists: Vec<usize>,
    },
    Greeting,
    Reminder,
    /// A list whose items become turns.
    Turns(usize),
    /// Room for what a turn chooses of a list.
    Reserve(usize),
}

/// What a turn came to.
pub(super) struct Turn {
    pub(super) choices: Vec<Choice>,
    pub(super) context: Vec<Section>,
    pub(super) left_out: Vec<LeftOut>,
}

/// Of the room that a whole prompt has, what a turn's choice can count on at most.
const RESERVE: usize = 4;

/// Leaves out of a prompt what there is no room for, the lowest priority first.
///
/// # Errors
///
/// What is required has no room.
pub(super) fn fit(prepared: &mut Prepared) -> Result<(), Error> {
    let most = prepared.options.max_tokens.unwrap_or(usize::MAX);
    let mut units = units(prepared);
    units.sort_by_key(|unit| Reverse(unit.priority));
    let needed: usize = units
        .iter()
        .filter(|unit| unit.priority == Priority::Required && !unit.can_shrink())
        .map(|unit| unit.tokens(prepared))
        .sum();
    if needed > most {
        return Err(Error::budget(format!("the prompt needs at least {needed} tokens, and may have {most}")));
    }
    let (mut left, mut reserved) = (most, 0);
    for unit in &units {
        let room = left.min(unit.limit);
        let tokens = unit.tokens(prepared);
        if tokens <= room {
            left -= tokens;
            continue;
        }
        let kept = match &unit.kind {
            Kind::Reserve(list) => {
                let reserve = prepared.lists[*list].reserve().min(most / RESERVE).min(room);
                left -= reserve;
                reserved += reserve;
                continue;
            }
            Kind::Turns(list) => keep_items(prepared, &[*list], None, room)?,
            Kind::Sections { names, lists } if !lists.is_empty() => keep_items(prepared, lists, Some(names), room)?,
            _ => None,
        };
        if let Some(tokens) = kept {
            left -= tokens;
        } else if unit.priority == Priority::Required {
            let name = unit.name();
            return Err(Error::budget(format!(
                "`{name}` is required and needs {tokens} tokens, of {room} that are left"
            )));
        } else {
            unit.leave_out(prepared, tokens, room);
        }
    }
    prepared.room = left.saturating_add(reserved);
    Ok(())
}

/// Takes what a turn has room for, in the order of the candidates.
pub(super) fn fit_turn(prepared: &Prepared, candidates: Vec<Candidate>) -> Result<Turn, Error> {
    let mut turn = Turn { choices: Vec::new(), context: Vec::new(), left_out: Vec::new() };
    let mut left = prepared.room;
    let mut taken = [0; 2];
    let mut spent = [0; 2];
    for Candidate { choice, is_pinned } in candidates {
        let list = &prepared.lists[choice.list];
        let Selection::Relevant { most } = list.selection else {
            continue;
        };
        if !is_pinned && taken[choice.list] >= most {
            continue;
        }
        let cost = list.cost(choice.item, spent[choice.list] == 0);
        let room = left.min(list.limit(&prepared.options).saturating_sub(spent[choice.list]));
        if cost > room {
            turn.left_out.push(LeftOut::item(choice, cost, room));
            continue;
        }
        left -= cost;
        spent[choice.list] += cost;
        taken[choice.list] += usize::from(!is_pinned);
        turn.choices.push(choice);
    }
    loop {
        turn.context = prepared.context(&turn.choices)?;
        // The cost of an item is an estimate; what counts is what it came to.
        let Some(surplus) = surplus(prepared, &turn) else {
            return Ok(turn);
        };
        let choice = turn.choices.remove(surplus);
        let cost = prepared.lists[choice.list].cost(choice.item, false);
        turn.left_out.push(LeftOut::item(choice, cost, cost.saturating_sub(1)));
    }
}

/// Of what a turn has too much of, the choice that answers the message least.
fn surplus(prepared: &Prepared, turn: &Turn) -> Option<usize> {
    if !prepared.options.is_bounded() {
        return None;
    }
    let said = said(prepared, &turn.choices);
    if tokens(prepared, &turn.context, |_| true) + said > prepared.room {
        return turn.choices.len().checked_sub(1);
    }
    let is_overfull = |list: &List| {
        let shown = tokens(prepared, &turn.context, |name| list.sections.contains(name));
        list.is_per_turn() && (if list.as_turns { said } else { shown }) > list.limit(&prepared.options)
    };
    let list = prepared.lists.iter().position(is_overfull)?;
    turn.choices.iter().rposition(|choice| choice.list == list)
}

/// Keeps of some lists the items that there is room for, and tells the tokens of what is kept; none when nothing is.
fn keep_items(
    prepared: &mut Prepared,
    lists: &[usize],
    names: Option<&BTreeSet<String>>,
    room: usize,
) -> Result<Option<usize>, Error> {
    let (mut kept, mut left_out) = (Vec::new(), Vec::new());
    let (candidates, others): (Vec<Choice>, Vec<Choice>) =
        prepared.stable_choices.iter().partition(|choice| lists.contains(&choice.list));
    let mut left = room;
    for choice in candidates {
        let cost = prepared.lists[choice.list].cost(choice.item, kept.is_empty());
        if cost <= left {
            left -= cost;
            kept.push(choice);
        } else {
            left_out.push(LeftOut::item(choice, cost, left));
        }
    }
    let (sections, tokens) = loop {
        let all: Vec<Choice> = others.iter().chain(&kept).copied().collect();
        let (sections, tokens) = if let Some(names) = names {
            let sections = prepared.sections(prepared.scope_with(&all), |name| names.contains(name))?;
            let tokens = tokens(prepared, &sections, |_| true);
            (sections, tokens)
        } else {
            (Vec::new(), said(prepared, &kept))
        };
        if tokens <= room {
            break (sections, tokens);
        }
        let Some(choice) = kept.pop() else {
            return Ok(None);
        };
        left_out.push(LeftOut::item(choice, prepared.lists[choice.list].cost(choice.item, false), 0));
    };
    if kept.is_empty() && sections.is_empty() {
        return Ok(None);
    }
    if let Some(names) = names {
        let system = &mut prepared.stable.system;
        let at = system.iter().position(|section| names.contains(&section.name)).unwrap_or(system.len());
        system.retain(|section| !names.contains(&section.name));
        system.splice(at..at, sections);
    }
    prepared.stable_choices = others.into_iter().chain(kept).collect();
    prepared.left_out.extend(left_out);
    Ok(Some(tokens))
}

/// The tokens of sections, each with the empty line before it.
fn tokens(prepared: &Prepared, sections: &[Section], is_wanted: impl Fn(&str) -> bool) -> usize {
    let counter = &prepared.options.counter;
    let wanted = sections.iter().filter(|section| is_wanted(&section.name));
    wanted.map(|section| counter.count(&section.text) + counter.count(Section::BETWEEN)).sum()
}

/// The tokens of choices that become turns.
fn said(prepared: &Prepared, choices: &[Choice]) -> usize {
    let messages = prepared.messages(choices);
    messages.iter().map(|message| prepared.options.counter.count(&message.content)).sum()
}

fn units(prepared: &Prepared) -> Vec<Unit> {
    let options = &prepared.options;
    let unit = |name: &str, kind| Unit { kind, priority: options.priority_of(name), limit: options.limit_of(name) };
    let mut units: Vec<Unit> = Vec::new();
    for section in &prepared.stable.system {
        let name = &section.name;
        let is_known = |unit: &Unit| matches!(&unit.kind, Kind::Sections { names, .. } if names.contains(name));
        if units.iter().any(is_known) {
            continue;
        }
        let lists = |names: &BTreeSet<String>| -> Vec<usize> {
            let shown = |list: &usize| {
                let list = &prepared.lists[*list];
                !list.is_per_turn() && !list.sections.is_disjoint(names)
            };
            (0..prepared.lists.len()).filter(shown).collect()
        };
        let mut names = BTreeSet::from([name.clone()]);
        // Two lists at most: what the second shares with the first is known after as many rounds.
        for _ in 0..prepared.lists.len() {
            let shared: Vec<_> =
                lists(&names).into_iter().flat_map(|list| prepared.lists[list].sections.clone()).collect();
            names.extend(shared);
        }
        units.push(Unit {
            priority: names.iter().map(|name| options.priority_of(name)).max().unwrap_or(Priority::Normal),
            limit: names.iter().map(|name| options.limit_of(name)).min().unwrap_or(usize::MAX),
            kind: Kind::Sections { lists: lists(&names), names },
        });
    }
    for (number, list) in prepared.lists.iter().enumerate() {
        if list.is_per_turn() {
            units.push(unit(list.section, Kind::Reserve(number)));
        } else if list.as_turns && list.selection == Selection::All && list.length > 0 {
            units.push(unit(list.section, Kind::Turns(number)));
        }
    }
    units.extend(prepared.stable.greeting.is_some().then(|| unit("greeting", Kind::Greeting)));
    units.extend(prepared.stable.reminder.is_some().then(|| unit("reminder", Kind::Reminder)));
    units
}

impl Unit {
    fn can_shrink(&self) -> bool {
        match &self.kind {
            Kind::Sections { lists, .. } => !lists.is_empty(),
            kind => matches!(kind, Kind::Turns(_) | Kind::Reserve(_)),
        }
    }

    fn name(&self) -> &str {
        match &self.kind {
            Kind::Sections { names, .. } => names.first().map_or(Section::OUTSIDE, String::as_str),
            Kind::Greeting => "greeting",
            Kind::Reminder => "reminder",
            Kind::Turns(_) | Kind::Reserve(_) => "examples",
        }
    }

    /// What it takes, all of it.
    fn tokens(&self, prepared: &Prepared) -> usize {
        let count = |text: &Option<String>| text.as_ref().map_or(0, |text| prepared.options.counter.count(text));
        match &self.kind {
            Kind::Sections { names, .. } => tokens(prepared, &prepared.stable.system, |name| names.contains(name)),
            Kind::Greeting => count(&prepared.stable.greeting),
            Kind::Reminder => count(&prepared.stable.reminder),
            Kind::Turns(list) => prepared.lists[*list].costs.iter().sum(),
            Kind::Reserve(_) => usize::MAX,
        }
    }

    fn leave_out(&self, prepared: &mut Prepared, tokens: usize, room: usize) {
        let what = |zone, section: &str| LeftOut { what: What::Section(zone, section.to_owned()), tokens, room };
        match &self.kind {
            Kind::Sections { names, lists } => {
                prepared.left_out.extend(names.iter().map(|name| what(Zone::System, name)));
                prepared.stable.system.retain(|section| !names.contains(&section.name));
                prepared.stable_choices.retain(|choice| !lists.contains(&choice.list));
            }
            Kind::Greeting => {
                prepared.left_out.push(what(Zone::Greeting, "greeting"));
                prepared.stable.greeting = None;
            }
            Kind::Reminder => {
                prepared.left_out.push(what(Zone::Reminder, "reminder"));
                prepared.stable.reminder = None;
            }
            Kind::Turns(list) => {
                prepared.left_out.push(what(Zone::Examples, "examples"));
                prepared.stable_choices.retain(|choice| choice.list != *list);
            }
            Kind::Reserve(_) => {}
        }
    }
}

impl List {
    /// What an item takes; with the first comes what stands around them all.
    fn cost(&self, item: usize, is_first: bool) -> usize {
        let header = if is_first { self.header } else { 0 };
        self.costs.get(item).copied().unwrap_or(0) + header
    }

    fn limit(&self, options: &super::options::PromptOptions) -> usize {
        let limits = self.sections.iter().map(|name| options.limit_of(name));
        limits.min().unwrap_or(usize::MAX).min(options.limit_of(self.section))
    }

    /// The tokens of all its items that could be chosen.
    fn reserve(&self) -> usize {
        self.costs.iter().sum::<usize>() + self.header
    }
}
