//! Which requests a command is about: query, source, period, state; and saying so on standard error.

use std::sync::Arc;

use crate::app::doubts;
use crate::app::hiding::{self, Words};
use crate::app::source_view::{SourceKind, SourceView};
use crate::base::cancel::Cancel;
use crate::base::time::{Timestamp, zone_name};
use crate::base::units;
use crate::engine::local::Store;
use crate::engine::{Engine, Question, Snapshot, Want, ask_whole};
use crate::model::answer::Attributes;
use crate::model::field::FieldRef;
use crate::model::handle::Seq;
use crate::model::period::{Period, TimeRange};
use crate::model::view_spec::ViewSpec;
use crate::query::rewrite::canonical;
use crate::query::{self, Filter, Offer};
use crate::runtime::id_file::read_ids;
use crate::runtime::source_settings::view_of;

use super::args::ViewArgs;
use super::context::{Context, named_source};
use super::error::UserError;
use super::output::say;
use super::sent::Sent;

/// What a command is about.
pub struct View {
    /// Where the requests are.
    pub store: Arc<Store>,
    /// Where everything is.
    pub context: Context,
    /// The state of the data.
    pub snapshot: Snapshot,
    /// Which requests.
    pub filter: Filter,
    /// Of which time.
    pub range: TimeRange,
    /// Of which source; `None` is all.
    pub source: Option<String>,
    /// What is shown of them.
    pub spec: ViewSpec,
    /// Now, or the time of the state that was asked for.
    pub now: Timestamp,
    /// Whether requests still come in by themselves.
    pub is_live: bool,
}

impl View {
    /// Works out what arguments mean; what was not said is said on standard error.
    pub fn open(args: &ViewArgs, positional: &[String]) -> Result<Self, UserError> {
        let context = Context::load(&args.store, args.tz.as_deref())?;
        let (store, _) = context.open_for_reading()?;
        let snapshot = match args.as_of {
            Some(seq) => store.snapshot_at(Seq(seq))?,
            None => store.snapshot()?,
        };
        let now = if args.as_of.is_some() { snapshot.at } else { Timestamp::now() };
        let sources = context.sources(&store)?;
        let source = chosen_source(&context, &sources, args.source.as_deref())?;
        let name = source.map(|source| source.name.as_str());
        let sent = Sent { store: &store, snapshot: &snapshot, source: name, is_all: true };
        let parsed = read_query(&args.queries, positional, (now, context.zone), &sent)?;
        let (range, said) = period(args, parsed.period, source, now, context.zone)?;
        // What was typed in few words comes to dates: `6pm..8pm`, `>24h`.
        if said.is_none() && range != TimeRange::ALL {
            say(&format!("period {}", Period::of_range(range).words(now, context.zone)));
        }
        if args.source.is_none() || said.is_some() {
            let name = source.map_or("all sources", |source| source.name.as_str());
            let period = said.map(|period| format!(", {}", period.label(context.zone))).unwrap_or_default();
            say(&format!("{name}{period}; times in {}", zone_name(context.zone)));
        }
        for note in &parsed.notes {
            say(note);
        }
        let spec = source.map_or_else(|| view_of(&context.registry, "json-lines"), |source| source.view.clone());
        let is_live = sources
            .iter()
            .filter(|known| source.is_none_or(|source| source.name == known.name))
            .any(|known| known.kind != SourceKind::Imported);
        let source = source.map(|source| source.name.clone());
        let view = Self { store, context, snapshot, filter: parsed.filter, range, source, spec, now, is_live };
        for sentence in view.empty_source_sentences(&sources, args.source.is_some())? {
            say(&sentence);
        }
        for offer in &parsed.offers {
            view.say_offer(offer)?;
        }
        if let Some(whole) = &parsed.with_fields {
            say(&format!("with their fields: {}", crate::base::shell::shell_word(whole)));
        }
        Ok(view)
    }

    /// Where the source that is meant has no request at all, which others have some, and how they are
    /// looked at.
    fn empty_source_sentences(&self, sources: &[SourceView], is_named: bool) -> Result<Vec<String>, UserError> {
        let mut sentences = Vec::new();
        let configured = self.context.config.view.as_ref().filter(|_| !is_named).map(|view| view.value.as_str());
        if let (Some(wanted), Some(shown)) = (configured, &self.source)
            && wanted != shown
        {
            sentences.push(format!("{wanted} has brought nothing into this store yet; this is {shown}"));
        }
        let Some(name) = self.source.as_deref().filter(|_| sources.len() > 1) else { return Ok(sentences) };
        // The period's rows are looked at in any case; all of them only where there are none.
        if self.requests_of(name, self.range)? > 0 || self.requests_of(name, TimeRange::ALL)? > 0 {
            return Ok(sentences);
        }
        let mut others = Vec::new();
        for other in sources.iter().filter(|other| other.name != name) {
            let count = self.requests_of(&other.name, TimeRange::ALL)?;
            if count > 0 {
                others.push((count, other.name.as_str()));
            }
        }
        others.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        if let Some((_, first)) = others.first() {
            let all = others
                .iter()
                .map(|(count, name)| format!("{name} has {}", units::counted(*count, "request", "requests")));
            let have = all.collect::<Vec<_>>().join(", ");
            let word = crate::base::shell::shell_word(first);
            sentences.push(format!(
                "{name} has no request in this store; {have}: --source {word} shows them, --source all everything"
            ));
        }
        Ok(sentences)
    }

    /// How many requests of a source there are in a span of time.
    fn requests_of(&self, source: &str, range: TimeRange) -> Result<u64, UserError> {
        let question =
            Question { filter: Filter::default(), range, source: Some(source.to_owned()), wants: vec![Want::Count] };
        let answer = ask_whole(self.store.as_ref(), &self.snapshot, &question, &Cancel::new())?;
        Ok(answer.count().unwrap_or(0))
    }

    /// Says which term a word may stand for, and how many requests of the period that one has.
    fn say_offer(&self, offer: &Offer) -> Result<(), UserError> {
        let Ok(parsed) = query::parse(&offer.term, self.now, self.context.zone) else { return Ok(()) };
        let question = Question { filter: parsed.filter, ..self.question(vec![Want::Count]) };
        let answer = ask_whole(self.store.as_ref(), &self.snapshot, &question, &Cancel::new())?;
        // The name of a field and a word may be prose.
        if offer.word.contains(' ') && answer.count() == Some(0) {
            return Ok(());
        }
        let count = answer.count().map(|count| format!(": {}", units::counted(count, "request", "requests")));
        let offer = Offer { term: crate::base::shell::shell_word(&offer.term), word: offer.word.clone() };
        say(&format!("{offer}{}", count.unwrap_or_default()));
        Ok(())
    }

    /// A question about these requests.
    pub fn question(&self, wants: Vec<Want>) -> Question {
        Question { filter: self.filter.clone(), range: self.range, source: self.source.clone(), wants }
    }

    /// Says what hides all of these requests, and which values there are.
    pub fn say_why_nothing_matches(&self) -> Result<(), UserError> {
        let question = self.question(Vec::new());
        let questions = hiding::questions(&question);
        let ask = |question| ask_whole(self.store.as_ref(), &self.snapshot, question, &Cancel::new());
        let answers = questions.iter().map(ask).collect::<Result<Vec<_>, _>>()?;
        let words = Words { filter: &self.filter, spec: Some(&self.spec), period: "this period" };
        for sentence in hiding::findings(&question, &answers).sentences(&words, self.now) {
            say(&sentence);
        }
        Ok(())
    }
}

/// The source that is meant: named, `all`, or the one that the screen shows.
pub fn chosen_source<'a>(
    context: &Context,
    sources: &'a [SourceView],
    name: Option<&str>,
) -> Result<Option<&'a SourceView>, UserError> {
    match name {
        Some("all") => Ok(None),
        Some(name) => named_source(sources, name).map(Some),
        None => Ok(context.default_source(sources)),
    }
}

/// Reads the queries of `-q` and those that stand by themselves; all must match. What a wrong one is put right to
/// names only attributes that were sent.
pub fn read_query(
    queries: &[String],
    positional: &[String],
    (now, zone): (Timestamp, chrono_tz::Tz),
    sent: &Sent<'_>,
) -> Result<query::Parsed, UserError> {
    let joined = positional.join(" ");
    let mut all = query::Parsed::default();
    let reading = query::Reading { now, zone, read_ids: Some(&read_ids) };
    let count = doubts::once(|filter| sent.count(filter));
    let count: doubts::Count<'_> = &count;
    for text in queries.iter().chain((!joined.is_empty()).then_some(&joined)) {
        if query::named_in_words(text)
            && let Some(sent) = sent.attributes()
            && let Some(error) = query::sent_in_words(text, reading, &names(&sent))
        {
            return Err(refused(text, error, reading, count));
        }
        let parsed = match query::parse_with(text, reading) {
            Ok(parsed) => parsed,
            Err(error) => {
                let values = |field: &FieldRef| sent.values(field);
                let mut error = query::by_values_sent(error, text, reading, &values);
                let whole = error.whole.as_deref().and_then(|whole| query::parse_with(whole, reading).ok());
                let is_named = query::names_unknown(text, reading);
                let known = whole.and_then(|whole| sent.attributes_beside(&whole.filter));
                if let Some(sent) = known.or_else(|| is_named.then(|| sent.attributes()).flatten()) {
                    error = query::by_names_sent(error, text, reading, &names(&sent));
                    // Behind the names may be values that are compared.
                    if error.whole.is_none()
                        && let Some(named) = query::with_names_sent(text, reading, &names(&sent))
                        && let Err(other) = query::parse_with(&named, reading)
                    {
                        error.whole = query::by_values_sent(other, &named, reading, &values).whole;
                    }
                }
                if error.whole.is_none()
                    && let Some(whole) = query::as_text(text)
                {
                    let hint = "in double quotes it is searched as text";
                    error = query::QueryError { whole: Some(whole.into()), ..error.with_hint(hint) };
                }
                return Err(refused(text, error, reading, count));
            }
        };
        if let Some(error) = doubts::refusal(&parsed, reading, count) {
            if sent.is_all {
                return Err(UserError::query(text, &error));
            }
            all.notes.push(doubts::as_note(&error));
        }
        all.notes.extend(doubts::told(&parsed, reading, count));
        all.notes.extend(doubts::absent(text, &parsed, count));
        all.notes.extend(doubts::no_numbers(&parsed.filter, reading, count));
        // What was sent is counted only where it matters.
        let is_missing_asked = !query::objects_missing(&parsed.filter, &[]).is_empty();
        if let Some(sent) = is_missing_asked.then(|| sent.attributes_beside(&parsed.filter)).flatten() {
            all.notes.extend(query::objects_missing(&parsed.filter, &names(&sent)));
        }
        if query::asks_level(text)
            && let Some(sent) = sent.attributes()
        {
            all.notes.extend(query::note_of_level(text, &names(&sent)));
        }
        all.filter = all.filter.and(parsed.filter);
        if let Some(period) = parsed.period {
            all.take_period(period, now, zone);
        }
        all.notes.extend(parsed.notes);
        all.offers.extend(parsed.offers);
        all.with_fields = all.with_fields.or(parsed.with_fields);
    }
    all.filter = canonical(all.filter);
    all.notes.extend(positional.iter().chain(queries).filter_map(|argument| query::lost_quotes(argument)));
    Ok(all)
}

/// What is told of a query that was not understood, with what is to be said of the whole that is proposed for it.
fn refused(text: &str, error: query::QueryError, reading: query::Reading<'_>, count: doubts::Count<'_>) -> UserError {
    let error = doubts::without_doubts(error, text, reading, count);
    let whole = error.whole.as_deref().and_then(|whole| query::parse_with(whole, reading).ok());
    let mut told = whole.as_ref().map(|whole| doubts::told(whole, reading, count)).unwrap_or_default();
    told.extend(whole.as_ref().and_then(|whole| doubts::letters(text, whole, count)));
    told.extend(whole.as_ref().and_then(|whole| doubts::absent(text, whole, count)));
    // What is proposed may be of what this store does not hold.
    let is_nothing = told.is_empty() && whole.is_some_and(|whole| count(&whole.filter) == 0);
    let nothing = is_nothing.then(|| "no request passes it".to_owned());
    UserError::query(text, &error).with_told(&told.into_iter().chain(nothing).collect::<Vec<_>>())
}

fn names(sent: &Attributes) -> Vec<&str> {
    sent.names.iter().map(|(name, _)| name.as_str()).collect()
}

/// The span of time, and the period if it is the source's own. What the query says of time narrows
/// what the options say.
fn period(
    args: &ViewArgs,
    from_query: Option<Period>,
    source: Option<&SourceView>,
    now: Timestamp,
    zone: chrono_tz::Tz,
) -> Result<(TimeRange, Option<Period>), UserError> {
    let in_query = from_query.map_or(TimeRange::ALL, |period| period.resolve(now, zone));
    if args.since.is_some() || args.until.is_some() {
        let point = |text: &Option<String>, is_until: bool| match text {
            Some(text) => Period::read_point(text, zone, now, is_until)
                .map(Some)
                .map_err(|error| UserError::typed_time(if is_until { "--until" } else { "--since" }, text, error)),
            None => Ok(None),
        };
        let from = point(&args.since, false)?.unwrap_or(Timestamp::MIN);
        let both = args.since.as_ref().zip(args.until.as_ref());
        let behind = both.and_then(|(since, until)| Period::end_behind(since, until, now, zone));
        let until = behind.or(point(&args.until, true)?).unwrap_or(Timestamp::MAX);
        if from >= until {
            return Err(UserError::usage("--since is not before --until"));
        }
        return Ok((TimeRange::new(from, until).intersect(in_query), None));
    }
    if let Some(text) = &args.period {
        let period =
            Period::read_typed(text, now, zone).map_err(|error| UserError::typed_time("--period", text, error))?;
        return Ok((period.resolve(now, zone).intersect(in_query), None));
    }
    if from_query.is_some() {
        return Ok((in_query, None));
    }
    let own = source.map_or(Period::All, |source| source.own_period(zone));
    Ok((own.resolve(now, zone), Some(own)))
}
