//! Settings of any kind, from arguments and from the environment: a client that keeps to them, or an error
//! that names the setting and says what to change.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseError;
use uppzy::{Client, ClientBuilder, Clock, Error, ErrorKind, Outcome, RetryPolicy, Transport};
use uppzy_fuzz::{Canned, Reply, hold, mutated};

/// A part of every secret that is planted here.
const PLANT: &str = "Plant7Gq2Xw9";

const FIELDS: [&str; 26] = [
    "api_key",
    "api_key_file",
    "bearer_token",
    "base_url",
    "tenant_id",
    "site_id",
    "ca_file",
    "ca_pem",
    "proxy",
    "timeout",
    "send_timeout",
    "upload_timeout",
    "ask_timeout",
    "connect_timeout",
    "body_stall_timeout",
    "max_in_flight",
    "retry",
    "poll",
    "max_poll_rate",
    "journal_capacity",
    "user_agent_suffix",
    "headers",
    "clock",
    "transport",
    "allow_http",
    "environment",
];

/// An error that a person can act on, and that holds no secret.
fn helps(error: &Error) -> Result<(), TestCaseError> {
    prop_assert_eq!(error.kind(), ErrorKind::Config, "{}", error.message());
    prop_assert_eq!(error.outcome(), Outcome::NotSent);
    let field = error.field().unwrap_or_default();
    prop_assert!(FIELDS.contains(&field), "{:?}: {}", field, error.message());
    let message = error.message();
    let named = message.contains(field)
        || (field == "headers" && message.contains("header"))
        || (field == "api_key" && message.contains("API key"))
        || field == "retry"
        || field == "poll";
    prop_assert!(named, "{}: {}", field, message);
    prop_assert!(!message.chars().any(char::is_control), "{:?}", message);
    let all = format!("{error} {error:?} {} {}", error.to_json(), error.report());
    prop_assert!(!all.contains(PLANT), "{}", all);
    Ok(())
}

/// Where a client that was built sends its key.
fn sends_to(builder: ClientBuilder) -> Result<(Client, Option<String>), Error> {
    let server = Canned::new(Reply::success("{}"));
    let client = builder.transport(Arc::clone(&server) as Arc<dyn Transport>).build()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _ = runtime.block_on(client.for_tenant("t")?.tenant().limits(&[]));
    let requests = server.requests();
    Ok((client, requests.first().map(|(_, url, _)| url.clone())))
}

fn builder() -> ClientBuilder {
    Client::builder()
        .environment(Vec::<(String, String)>::new())
        .clock(Clock::virtual_time(1))
        .retry(RetryPolicy { max_attempts: 1, ..RetryPolicy::default() })
}

fn url() -> impl Strategy<Value = String> {
    let scheme = select(vec![
        "https://",
        "http://",
        "HTTPS://",
        "ftp://",
        "file:///",
        "https:",
        "https:/",
        "",
        "//",
        "javascript:",
        "data:",
        " https://",
        "https:\\\\",
        "unix:",
    ]);
    let host = prop_oneof![
        select(vec![
            "api.uppzy.com",
            "localhost",
            "127.0.0.1",
            "127.1",
            "0x7f.1",
            "2130706433",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "0.0.0.0",
            "[::]",
            "localhost.evil.test",
            "evil.test#localhost",
            "user:Plant7Gq2Xw9@evil.test",
            "localhost@evil.test",
            "evil.test\\@localhost",
            "bücher.example",
            "xn--nxasmq6b",
            "a..b",
            "-",
            "",
            "..",
            "%6cocalhost",
            "10.0.0.1",
            "LOCALHOST",
            "foo.localhost",
            "localhost.",
            "evil。test",
            "a_b.test",
            "ＡＢＣ.test",
        ])
        .prop_map(str::to_owned),
        "[a-z0-9.-]{1,20}",
        "\\PC{1,12}",
    ];
    let port = select(vec!["", ":443", ":80", ":0", ":65535", ":65536", ":-1", ":", ":8080"]);
    let path = prop_oneof![
        select(vec![
            "",
            "/",
            "/api/v1",
            "/api/v1/",
            "//",
            "/a/../b",
            "/a b",
            "/%2e%2e/",
            "/é",
            "/;",
            "/api/v1///",
        ])
        .prop_map(str::to_owned),
        "(/[\\PC]{0,8}){0,3}",
    ];
    let rest =
        select(vec!["", "", "", "?", "?key=Plant7Gq2Xw9", "#", "#Plant7Gq2Xw9", "\n", "\u{0}"]);
    prop_oneof![
        6 => (scheme, host, port, path, rest)
            .prop_map(|(scheme, host, port, path, rest)| format!("{scheme}{host}{port}{path}{rest}")),
        1 => any::<String>(),
        1 => mutated(b"https://api.uppzy.com/api/v1".to_vec())
            .prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    ]
}

/// What a reader would take for this machine.
fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[test]
fn a_base_url_is_kept_to_or_refused() {
    hold(&(url(), any::<bool>(), any::<bool>()), |(url, allow_http, from_environment)| {
        let builder = builder().api_key("test-key").allow_http(allow_http);
        let (builder, origin) = if from_environment {
            (builder.environment([("UPPZY_BASE_URL", url.as_str())]), "UPPZY_BASE_URL")
        } else {
            (builder.base_url(&url), "argument")
        };
        match sends_to(builder) {
            Err(error) => {
                helps(&error)?;
                prop_assert_eq!(error.field(), Some("base_url"));
                prop_assert!(error.message().contains(origin), "{}", error.message());
            }
            Ok((client, sent)) => {
                let sent = sent.unwrap();
                let sent: http::Uri = sent.parse().unwrap();
                let host = sent.host().unwrap();
                let is_https = sent.scheme_str() == Some("https");
                prop_assert!(is_https || sent.scheme_str() == Some("http"));
                prop_assert!(
                    is_https || allow_http || is_this_machine(host),
                    "{} to {}",
                    url,
                    sent
                );
                prop_assert!(!sent.authority().unwrap().as_str().contains('@'));
                prop_assert!(sent.query().is_none());
                prop_assert!(sent.path().ends_with("/m2m/tenants/t/limits"), "{}", sent);
                // What the client says of itself is where it sends.
                let told: http::Uri = client.base_url().parse().unwrap();
                prop_assert_eq!(told.authority(), sent.authority());
                prop_assert_eq!(told.scheme(), sent.scheme());
            }
        }
        Ok(())
    });
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z0-9-]{1,20}",
        2 => any::<String>(),
        1 => "[a-z]{150,300}",
        1 => select(vec!["", " ", ".", "..", "a\n", "\r\nX-Evil: 1", "ü", "a b", "\u{0}", "a/b", "é"])
            .prop_map(str::to_owned),
    ]
}

fn secret() -> impl Strategy<Value = String> {
    (word(), word(), any::<bool>()).prop_map(|(before, after, plain)| {
        if plain { format!("Key{PLANT}") } else { format!("{before}{PLANT}{after}") }
    })
}

fn duration() -> impl Strategy<Value = Duration> {
    prop_oneof![
        select(vec![
            Duration::ZERO,
            Duration::MAX,
            Duration::from_nanos(1),
            Duration::from_secs(86_400)
        ]),
        (any::<u64>(), 0_u32..1_000_000_000)
            .prop_map(|(seconds, nanos)| Duration::new(seconds, nanos)),
        (1_u64..100).prop_map(Duration::from_secs),
    ]
}

/// One setting.
#[derive(Clone, Debug)]
enum Setting {
    Key(String),
    Bearer(String),
    Header(String, String),
    Tenant(String),
    Site(String),
    Agent(String),
    Proxy(String),
    Authority(Vec<u8>),
    KeyFile(String),
    Timeout(u8, Duration),
    MostInFlight(usize),
    PollRate(f64),
    Journal(usize),
    Retry(u32, Duration, Duration),
    BaseUrl(String),
}

fn setting() -> impl Strategy<Value = Setting> {
    let header = prop_oneof![
        select(vec![
            "x-gateway",
            "X-Api-Key",
            "host",
            "authorization",
            "cookie",
            "content-length",
            ""
        ])
        .prop_map(str::to_owned),
        word(),
    ];
    prop_oneof![
        3 => secret().prop_map(Setting::Key),
        2 => secret().prop_map(Setting::Bearer),
        2 => (header, secret()).prop_map(|(name, value)| Setting::Header(name, value)),
        2 => word().prop_map(Setting::Tenant),
        2 => word().prop_map(Setting::Site),
        1 => word().prop_map(Setting::Agent),
        1 => (secret(), url()).prop_map(|(secret, url)| {
            Setting::Proxy(url.replacen("://", &format!("://user:{secret}@"), 1))
        }),
        1 => mutated(b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n".to_vec())
            .prop_map(Setting::Authority),
        1 => select(vec!["/no/such/file", "/", "", "/dev/null", "\u{0}"])
            .prop_map(|path| Setting::KeyFile(path.to_owned())),
        2 => (0_u8..6, duration()).prop_map(|(which, duration)| Setting::Timeout(which, duration)),
        1 => prop_oneof![Just(0), Just(usize::MAX), 1_usize..5].prop_map(Setting::MostInFlight),
        1 => any::<f64>().prop_map(Setting::PollRate),
        1 => prop_oneof![Just(0), 0_usize..100].prop_map(Setting::Journal),
        1 => (any::<u32>(), duration(), duration())
            .prop_map(|(most, base, cap)| Setting::Retry(most % 30, base, cap)),
        2 => url().prop_map(Setting::BaseUrl),
    ]
}

fn with(builder: ClientBuilder, setting: Setting) -> ClientBuilder {
    match setting {
        Setting::Key(key) => builder.api_key(key),
        Setting::Bearer(token) => builder.bearer_token(token),
        Setting::Header(name, value) => builder.header(name, value),
        Setting::Tenant(id) => builder.tenant_id(id),
        Setting::Site(id) => builder.site_id(id),
        Setting::Agent(agent) => builder.user_agent_suffix(agent),
        Setting::Proxy(proxy) => builder.proxy(proxy),
        Setting::Authority(pem) => builder.ca_pem(pem),
        Setting::KeyFile(path) => builder.api_key_file(path),
        Setting::Timeout(0, time) => builder.timeout(time),
        Setting::Timeout(1, time) => builder.send_timeout(time),
        Setting::Timeout(2, time) => builder.upload_timeout(time),
        Setting::Timeout(3, time) => builder.ask_timeout(time),
        Setting::Timeout(4, time) => builder.connect_timeout(time),
        Setting::Timeout(_, time) => builder.body_stall_timeout(time),
        Setting::MostInFlight(most) => builder.max_in_flight(most),
        Setting::PollRate(rate) => builder.max_poll_rate(rate),
        Setting::Journal(capacity) => builder.journal_capacity(capacity),
        Setting::Retry(max_attempts, base, cap) => {
            builder.retry(RetryPolicy { max_attempts, base, cap, ..RetryPolicy::default() })
        }
        Setting::BaseUrl(url) => builder.base_url(url),
    }
}

fn environment() -> impl Strategy<Value = BTreeMap<String, String>> {
    let name = select(vec![
        "UPPZY_API_KEY",
        "UPPZY_TENANT_ID",
        "UPPZY_SITE_ID",
        "UPPZY_BASE_URL",
        "UPPZY_API_KEY_FILE",
        "UPPZY_CA_FILE",
    ]);
    let value = prop_oneof![3 => secret(), 1 => url(), 1 => Just(String::new())];
    btree_map(name.prop_map(str::to_owned), value, 0..4).prop_map(|mut pairs| {
        // A path is no secret, and is shown; so are ids.
        for (name, value) in &mut pairs {
            if name != "UPPZY_API_KEY" && name != "UPPZY_BASE_URL" {
                *value = value.replace(PLANT, "/no/such/");
            }
        }
        pairs
    })
}

#[test]
fn any_settings_make_a_client_or_an_error_that_helps() {
    hold(&(vec(setting(), 0..6), environment(), any::<bool>()), |(settings, environment, real)| {
        let mut builder = builder().environment(environment.clone());
        for setting in settings {
            builder = with(builder, setting);
        }
        let shown = format!("{builder:?}");
        prop_assert!(!shown.contains(&format!("Key{PLANT}")), "{}", shown);
        // With the real transport too, whose own settings are read then.
        let result =
            if real { builder.build().map(|client| (client, None)) } else { sends_to(builder) };
        match result {
            Ok((client, _)) => {
                let shown = format!("{client:?} {}", client.metrics().to_prometheus());
                prop_assert!(!shown.contains(&format!("Key{PLANT}")), "{}", shown);
            }
            Err(error) => {
                helps(&error)?;
                // Told from where: the environment or an argument.
                let message = error.message();
                let mut origins = environment.keys().filter(|name| message.contains(*name));
                let told = message.contains("argument") || origins.next().is_some();
                let from_text =
                    ["base_url", "api_key", "tenant_id", "site_id", "api_key_file", "ca_file"]
                        .contains(&error.field().unwrap_or_default());
                let absent = message.contains("no API key")
                    || message.contains("both an API key")
                    || message.contains("gateway");
                prop_assert!(told || !from_text || absent, "{}", message);
            }
        }
        Ok(())
    });
}
