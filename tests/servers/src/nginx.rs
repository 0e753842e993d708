//! What nginx is told: one server for each way in which gateways differ.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;

use crate::certificates::{Certificates, Identity};
use crate::ports::Ports;

/// The configuration. `upstream` is the sandbox.
pub(crate) fn configuration(
    folder: &Path,
    ports: &Ports,
    certificates: &Certificates,
    upstream: SocketAddr,
) -> Result<String, String> {
    let folder = folder.display();
    let pass = format!("location / {{ proxy_pass http://{upstream}; }}");
    let mut servers = String::new();
    let mut server = |name: &str, tls: Option<(&str, &Identity)>, rest: &str| {
        let address = ports.of(name)?;
        // Writing to a String cannot fail.
        let _ = match tls {
            Some((protocol, identity)) => writeln!(
                servers,
                "server {{ listen {address} ssl {protocol}; ssl_certificate {}; ssl_certificate_key {}; {rest} }}",
                identity.certificate.display(),
                identity.key.display(),
            ),
            None => writeln!(servers, "server {{ listen {address}; {rest} }}"),
        };
        Ok::<(), String>(())
    };

    // Who they are.
    let old = format!("ssl_protocols TLSv1.2; {pass}");
    server("http2", Some(("http2", &certificates.right)), &pass)?;
    server("old_tls", Some(("", &certificates.right)), &old)?;
    server("expired", Some(("", &certificates.expired)), &pass)?;
    server("early", Some(("", &certificates.early)), &pass)?;
    server("other_name", Some(("", &certificates.other_name)), &pass)?;
    server("chained", Some(("", &certificates.chained)), &pass)?;
    server("incomplete", Some(("", &certificates.incomplete)), &pass)?;
    server("self_made", Some(("", &certificates.self_made)), &pass)?;
    server("ipv6", None, &pass)?;
    server("ipv6_tls", Some(("http2", &certificates.right)), &pass)?;

    // How long they keep a connection.
    server("plain_http", None, &pass)?;
    server("short_idle", None, &format!("keepalive_timeout 1s; {pass}"))?;
    server("promising", None, &format!("keepalive_timeout 1s 60s; {pass}"))?;
    server("closing", None, &format!("keepalive_timeout 0; {pass}"))?;

    // What they do with a body.
    let gzip = "gzip on; gzip_min_length 1; gzip_proxied any; gzip_types application/json;";
    server("gzip", None, &format!("{gzip} {pass}"))?;
    let always =
        format!("root {folder}/packed; gzip_static always; default_type application/json;");
    server("always_gzip", None, &format!("{always} rewrite ^ /answer break;"))?;
    // What is replaced has no length that was known before.
    let replaced = "sub_filter_types *; sub_filter 'no such text' '';";
    server("chunked", None, &format!("{replaced} {pass}"))?;
    let limited = format!("client_max_body_size 1m; {pass}");
    server("limited", None, &limited)?;
    server("limited_http2", Some(("http2", &certificates.right)), &limited)?;

    // What they say when the server behind them does not answer.
    server("bad_gateway", None, "location / { proxy_pass http://127.0.0.1:1; }")?;
    server("slow_gateway", None, &format!("proxy_read_timeout 5s; {pass}"))?;
    server("throttling", None, &format!("limit_req zone=one; limit_req_status 429; {pass}"))?;
    server("busy", None, "return 503;")?;
    server("redirecting", None, "return 301 https://localhost/elsewhere;")?;

    Ok(format!(
        "daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log info;
events {{ worker_connections 1024; }}
http {{
  access_log {folder}/nginx-access.log;
  client_body_temp_path {folder}/nginx-bodies;
  proxy_temp_path {folder}/nginx-answers;
  fastcgi_temp_path {folder}/nginx-unused;
  uwsgi_temp_path {folder}/nginx-unused;
  scgi_temp_path {folder}/nginx-unused;
  client_max_body_size 100m;
  proxy_next_upstream off;
  limit_req_zone $request_uri zone=one:1m rate=1r/m;
{servers}}}
"
    ))
}
