//! The only file that reaches the network, and the only one that names its crate.

use std::io::Read;
use std::time::Duration;

use serde_json::Value;
use ureq::http::{Response, StatusCode, Uri};
use ureq::{Agent, Body, Error, RequestBuilder, Timeout};

use super::stream::server_message;
use crate::visible::brief;

/// How long finding the host and connecting may take; what comes behind it is for the caller to say.
const CONNECTING: Duration = Duration::from_secs(20);
/// How long an answer may take in all.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// How much of an answer is read that is no stream.
const MOST_BYTES: u64 = 1 << 20;

const MODELS: &str = "/models";

/// A server that speaks OpenAI's Chat Completions, and the key for it.
#[derive(Clone)]
pub(super) struct Client {
    scheme: String,
    authority: String,
    /// Without a slash at its end.
    path: String,
    query: String,
    is_loopback: bool,
    key: Option<String>,
    patience: Duration,
}

/// A request that can be stopped from another thread.
#[derive(Clone)]
pub(super) struct Request {
    client: Client,
    agent: Agent,
}

impl Client {
    pub(super) fn new(url: &str, key: Option<String>, patience: Duration) -> Result<Self, String> {
        let uri: Uri = url.trim().parse().unwrap_or_default();
        let (Some(scheme @ ("http" | "https")), Some(authority), Some(host)) =
            (uri.scheme_str(), uri.authority(), uri.host())
        else {
            return Err(format!("`{}` is no address of the form http://localhost:11434/v1", brief(url)));
        };
        if authority.as_str().contains('@') {
            return Err("the URL holds a user name or a password; the key goes into OPENAI_API_KEY".to_owned());
        }
        let is_loopback = is_loopback(host);
        let key = key.map(|key| key.trim().to_owned()).filter(|key| !key.is_empty());
        if key.is_some() && scheme == "http" && !is_loopback {
            return Err(format!(
                "the key in OPENAI_API_KEY is not sent over plain http to {}: use https, or unset the variable",
                brief(host)
            ));
        }
        if key.as_ref().is_some_and(|key| key.contains(|character: char| !character.is_ascii_graphic())) {
            return Err("OPENAI_API_KEY holds characters that no key has".to_owned());
        }
        Ok(Self {
            scheme: scheme.to_owned(),
            authority: authority.to_string(),
            path: uri.path().trim_end_matches('/').to_owned(),
            query: uri.query().map(|query| format!("?{query}")).unwrap_or_default(),
            is_loopback,
            key,
            patience,
        })
    }

    /// The address, as it is shown: a query can hold what is secret.
    pub(super) fn url(&self) -> String {
        brief(&format!("{}://{}{}", self.scheme, self.authority, self.path))
    }

    pub(super) fn request(&self) -> Request {
        let mut config = Agent::config_builder()
            .user_agent(concat!("persona/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            // Whoever answers is whom the user named.
            .max_redirects(0)
            .max_redirects_will_error(false)
            // A visitor thinks for longer than servers keep a connection.
            .max_idle_connections(0)
            .timeout_resolve(Some(CONNECTING))
            .timeout_connect(Some(CONNECTING))
            .timeout_per_read(Some(self.patience))
            .timeout_per_write(Some(self.patience))
            .timeout_global(Some(LONGEST.max(self.patience)));
        if self.is_loopback {
            // Else the key could go to a proxy over plain http.
            config = config.proxy(None);
        }
        Request { client: self.clone(), agent: config.build().into() }
    }

    fn endpoint(&self, path: &str) -> String {
        format!("{}://{}{}{path}{}", self.scheme, self.authority, self.path, self.query)
    }

    fn authorized<B>(&self, request: RequestBuilder<B>) -> RequestBuilder<B> {
        match &self.key {
            Some(key) => request.header("Authorization", format!("Bearer {key}")),
            None => request,
        }
    }

    /// What went wrong, and what to do about it.
    fn explain(&self, error: &Error) -> String {
        use std::io::ErrorKind;
        let url = self.url();
        let start =
            "is the server running? For Ollama: `ollama serve`; for another server, give its address with --url";
        match error {
            Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => {
                format!("nothing answers at {url}: {start}")
            }
            Error::Io(error) if matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset) => {
                format!("{url} closed the connection before the answer was whole")
            }
            Error::Timeout(Timeout::Resolve | Timeout::Connect) => format!("cannot connect to {url}: {start}"),
            Error::Timeout(Timeout::Global) => format!("{url} takes too long to come to an end"),
            Error::Timeout(_) => {
                format!("no word from {url} for {} s: --timeout sets how long to wait", self.patience.as_secs())
            }
            Error::HostNotFound => format!("there is no host of the name in {url}"),
            error => {
                let why = if let Error::Io(error) = error { error.to_string() } else { error.to_string() };
                format!("cannot talk to {url}: {}", brief(&self.redacted(&why)))
            }
        }
    }

    /// Words of a server, which may say the key back.
    pub(super) fn redacted(&self, words: &str) -> String {
        match &self.key {
            Some(key) => words.replace(key.as_str(), "[key]"),
            None => words.to_owned(),
        }
    }

    fn refusal(&self, path: &str, status: StatusCode, body: &[u8]) -> String {
        let value: Option<Value> = serde_json::from_slice(body).ok();
        let said = value.as_ref().and_then(server_message);
        let said = said.unwrap_or_else(|| String::from_utf8_lossy(body).into_owned());
        let said = if said.trim().is_empty() { String::new() } else { format!(": {}", brief(&self.redacted(&said))) };
        let hint = match status.as_u16() {
            401 | 403 if self.key.is_none() => "; a key goes into OPENAI_API_KEY",
            404 if value.is_none() && !self.path.ends_with("/v1") => "; most addresses end in /v1",
            404 | 405 if path == MODELS => "; --model names a model without asking",
            300..=399 => "; it has moved, and its new address is to be given with --url",
            _ => "",
        };
        format!("{}{path} answered {status}{said}{hint}", self.url())
    }
}

impl Request {
    /// The models of the server, by the names that it takes.
    pub(super) fn models(&self) -> Result<Vec<String>, String> {
        let mut response = self.get(MODELS)?;
        let mut body = Vec::new();
        let read = response.body_mut().as_reader().take(MOST_BYTES).read_to_end(&mut body);
        read.map_err(|error| self.client.explain(&error.into()))?;
        let value: Value = serde_json::from_slice(&body).map_err(|_| {
            format!("{}{MODELS} is no list of models: --model names one without asking", self.client.url())
        })?;
        let models = value["data"].as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(models.iter().filter_map(|model| model["id"].as_str()).map(str::to_owned).collect())
    }

    /// Sends a chat, and gives the answer's bytes to `take` as they come, until it wants no more. What is wrong ends it.
    pub(super) fn chat(&self, body: &[u8], mut take: impl FnMut(&[u8]) -> bool) -> Result<(), String> {
        const PATH: &str = "/chat/completions";
        let request = self.client.authorized(self.agent.post(self.client.endpoint(PATH)));
        let request = request.content_type("application/json").header("Accept", "text/event-stream, application/json");
        let response = request.send(body).map_err(|error| self.client.explain(&error))?;
        let mut reader = self.succeeded(PATH, response)?.into_body().into_reader();
        let mut piece = [0; 8192];
        loop {
            match reader.read(&mut piece) {
                Ok(0) => return Ok(()),
                Ok(length) if take(&piece[..length]) => {}
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.client.explain(&error.into())),
            }
        }
    }

    /// Closes the connection at once, so that the server need not go on.
    pub(super) fn stop(self) {
        self.agent.shutdown();
    }

    fn get(&self, path: &str) -> Result<Response<Body>, String> {
        let request = self.client.authorized(self.agent.get(self.client.endpoint(path)));
        let response = request.header("Accept", "application/json").call();
        self.succeeded(path, response.map_err(|error| self.client.explain(&error))?)
    }

    fn succeeded(&self, path: &str, mut response: Response<Body>) -> Result<Response<Body>, String> {
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let mut body = Vec::new();
        // What was read until then says enough.
        let _ = response.body_mut().as_reader().take(MOST_BYTES).read_to_end(&mut body);
        Err(self.client.refusal(path, status, &body))
    }
}

/// Whether what is sent to a host stays on this machine.
fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}
