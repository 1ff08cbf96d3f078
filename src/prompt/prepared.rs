use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::context;
use super::list::{Choice, List};
use super::options::PromptOptions;
use super::origin::{LeftOut, Origin};
use super::query::Query;
use super::substitute::Names;
use super::template::{Engine, PromptTemplate, Scope};
use super::variables::Variables;
use super::{Prompt, Section, budget};
use crate::error::Error;
use crate::persona::Persona;
use crate::value::Map;

/// A persona and a template made ready, to be used for many turns and conversations, and from many threads.
///
/// What is the same for a whole conversation is rendered once, here; a turn costs only what is chosen for it.
///
/// ```
/// use personas::{Persona, PromptOptions, PromptTemplate, Selection, Variables};
///
/// let holmes = Persona::read("personas/sherlock-holmes.yaml")?;
/// let options = PromptOptions::new().faq(Selection::relevant(2));
/// let prepared = PromptTemplate::default().prepare_with(&holmes, &Variables::new(), &options)?;
///
/// let first = prepared.turn("Who is Moriarty?")?;
/// let second = prepared.turn("And your brother?")?;
/// assert_eq!(first.system, second.system);
/// assert_ne!(first.context, second.context);
/// # Ok::<(), personas::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct PreparedPrompt {
    shared: Arc<Prepared>,
}

/// What a prompt is made from.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) engine: Arc<Engine>,
    pub(super) options: PromptOptions,
    pub(super) persona: Persona,
    pub(super) variables: Variables,
    seen: OnceLock<Map>,
    /// What templates can name, with all items of the lists.
    whole: Scope,
    pub(super) lists: [List; 2],
    /// What is in every prompt.
    pub(super) stable: Prompt,
    pub(super) stable_choices: Vec<Choice>,
    pub(super) left_out: Vec<LeftOut>,
    /// How many tokens a turn may add.
    pub(super) room: usize,
}

/// An item that may be chosen for a turn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) choice: Choice,
    pub(super) is_pinned: bool,
}

impl PromptTemplate {
    /// Fills a persona in.
    ///
    /// # Errors
    ///
    /// - The template uses `persona.nmae`, or a variable that is not given.
    /// - It prints none, a list or a map.
    /// - It takes too long, or writes too much.
    /// - `variables` sets `persona` or `char`.
    pub fn render(&self, persona: &Persona, variables: &Variables) -> Result<Prompt, Error> {
        Ok(self.prepare(persona, variables)?.prompt())
    }

    /// Makes a persona ready for this template, to be used for many turns and conversations.
    ///
    /// # Errors
    ///
    /// As [`PromptTemplate::render`].
    pub fn prepare(&self, persona: &Persona, variables: &Variables) -> Result<PreparedPrompt, Error> {
        self.prepare_with(persona, variables, &PromptOptions::default())
    }

    /// Makes a persona ready for this template, with a say in what of it goes in.
    ///
    /// # Errors
    ///
    /// As [`PromptTemplate::render`]; and what is required of the prompt takes more than `options` allow: the error
    /// tells how many tokens it needs.
    pub fn prepare_with(
        &self,
        persona: &Persona,
        variables: &Variables,
        options: &PromptOptions,
    ) -> Result<PreparedPrompt, Error> {
        PreparedPrompt::new(self, persona, variables, options)
    }
}

impl PreparedPrompt {
    fn new(
        template: &PromptTemplate,
        persona: &Persona,
        variables: &Variables,
        options: &PromptOptions,
    ) -> Result<Self, Error> {
        let whole = Scope::of(persona, variables)?;
        let seen = OnceLock::new();
        let mut lists = List::both(persona, options);
        let counter = options.is_bounded().then_some(&*options.counter);
        for list in &mut lists {
            if list.is_per_turn() || counter.is_some() {
                let seen = seen.get_or_init(|| context::seen(persona, variables.user()));
                list.probe(&template.engine, &whole, seen, counter)?;
            }
        }
        let stable_choices: Vec<Choice> = (0..lists.len())
            .flat_map(|list| lists[list].stable_items().into_iter().map(move |item| Choice { list, item, score: None }))
            .collect();
        let names = Names { char: &persona.name, user: variables.user() };
        let text = |text: &Option<String>| text.as_ref().map(|text| names.substitute(text).into_owned());
        let (greeting, reminder) = (text(&persona.greeting), text(&persona.post_history_instructions));
        let mut prepared = Prepared {
            engine: Arc::clone(&template.engine),
            options: options.clone(),
            persona: persona.clone(),
            variables: variables.clone(),
            whole,
            seen,
            lists,
            stable: Prompt { greeting, reminder, ..Prompt::default() },
            stable_choices,
            left_out: Vec::new(),
            room: usize::MAX,
        };
        let scope = prepared.scope_with(&prepared.stable_choices);
        let per_turn = prepared.per_turn_sections();
        prepared.stable.system = prepared.sections(scope, |name| !per_turn.contains(name))?;
        if options.is_bounded() {
            budget::fit(&mut prepared)?;
        }
        prepared.stable.context = prepared.context(&[])?;
        prepared.stable.examples = prepared.messages(&prepared.stable_choices);
        Ok(Self { shared: Arc::new(prepared) })
    }

    /// The prompt for no message in particular, such as before the first: of what is chosen for each turn, it has
    /// nothing.
    #[must_use]
    pub fn prompt(&self) -> Prompt {
        self.with(Vec::new(), self.shared.stable.context.clone(), Vec::new())
    }

    /// The prompt for a turn: what is the same for every turn, and what bears on the visitor's message.
    ///
    /// # Errors
    ///
    /// The template fails with the items that are chosen, as in [`PromptTemplate::render`].
    pub fn turn<'q>(&self, query: impl Into<Query<'q>>) -> Result<Prompt, Error> {
        let prepared = &*self.shared;
        if !prepared.lists.iter().any(List::is_per_turn) {
            return Ok(self.prompt());
        }
        let turn = budget::fit_turn(prepared, prepared.candidates(&query.into()))?;
        Ok(self.with(turn.choices, turn.context, turn.left_out))
    }

    fn with(&self, choices: Vec<Choice>, context: Vec<Section>, left_out: Vec<LeftOut>) -> Prompt {
        let stable = &self.shared.stable;
        let mut examples = stable.examples.clone();
        examples.extend(self.shared.messages(&choices));
        let origin = Origin { prepared: Arc::clone(&self.shared), choices, left_out };
        Prompt { examples, context, origin: Some(Arc::new(origin)), ..stable.clone() }
    }
}

impl Prepared {
    /// The persona as templates see it: made when it is first looked at.
    pub(super) fn seen(&self) -> &Map {
        self.seen.get_or_init(|| context::seen(&self.persona, self.variables.user()))
    }

    /// The names that a template sees when the lists hold what is chosen.
    pub(super) fn scope_with(&self, choices: &[Choice]) -> Scope {
        self.scope_of(self.whole.clone(), choices)
    }

    pub(super) fn scope_of(&self, mut scope: Scope, choices: &[Choice]) -> Scope {
        for (number, list) in self.lists.iter().enumerate() {
            let items = if list.as_turns { Vec::new() } else { items(choices, number) };
            if items.len() < list.length {
                scope = scope.with_items(list.key, &items);
            }
        }
        scope
    }

    pub(super) fn sections(&self, scope: Scope, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<Section>, Error> {
        self.engine.sections(scope, is_wanted)
    }

    /// The sections that are rendered for each turn.
    pub(super) fn per_turn_sections(&self) -> BTreeSet<&str> {
        let lists = self.lists.iter().filter(|list| list.is_per_turn());
        lists.flat_map(|list| list.sections.iter().map(String::as_str)).collect()
    }

    /// The sections for a turn, with what is chosen for it and for every turn.
    pub(super) fn context(&self, choices: &[Choice]) -> Result<Vec<Section>, Error> {
        let per_turn = self.per_turn_sections();
        if per_turn.is_empty() {
            return Ok(Vec::new());
        }
        let all: Vec<Choice> = self.stable_choices.iter().chain(choices).copied().collect();
        self.sections(self.scope_with(&all), |name| per_turn.contains(name))
    }

    pub(super) fn messages(&self, choices: &[Choice]) -> Vec<crate::message::Message> {
        let mut messages = Vec::new();
        for (number, list) in self.lists.iter().enumerate().filter(|(_, list)| list.as_turns) {
            messages.extend(list.messages(self.seen(), items(choices, number)));
        }
        messages
    }

    /// What could be chosen for a turn: of each list what is pinned, and then what bears on the message, best first.
    fn candidates(&self, query: &Query<'_>) -> Vec<Candidate> {
        let texts = query.texts();
        let mut candidates = Vec::new();
        for (number, list) in self.lists.iter().enumerate().filter(|(_, list)| list.is_per_turn()) {
            let pinned: BTreeSet<usize> = query.pinned.iter().filter_map(|pointer| list.item(pointer)).collect();
            let ranked = list.ranked(number, &texts);
            candidates.extend(pinned.iter().map(|&item| {
                let score = ranked.iter().find(|choice| choice.item == item).and_then(|choice| choice.score);
                Candidate { choice: Choice { list: number, item, score }, is_pinned: true }
            }));
            let others = ranked.into_iter().filter(|choice| !pinned.contains(&choice.item));
            candidates.extend(others.map(|choice| Candidate { choice, is_pinned: false }));
        }
        candidates
    }
}

/// The chosen items of one list, in the order of the persona.
pub(super) fn items(choices: &[Choice], list: usize) -> Vec<usize> {
    let mut items: Vec<usize> = choices.iter().filter(|choice| choice.list == list).map(|choice| choice.item).collect();
    items.sort_unstable();
    items.dedup();
    items
}
