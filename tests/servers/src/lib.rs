//! Servers and proxies that are not ours, in front of the sandbox: nginx, Apache and Squid, as Debian
//! has them, on free ports of this machine and with an authority of their own. `setup.sh` installs
//! them.

mod apache;
mod certificates;
mod nginx;
mod ports;
mod program;
mod squid;

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use certificates::Certificates;
use ports::Ports;
use program::Program;

/// A port that was free may be taken by somebody else before it is listened on.
const ATTEMPTS: u32 = 3;

/// The running servers. They stop when this is dropped.
pub struct Servers {
    /// What scenarios find by reference: by name, objects of `origin` or `file`.
    pub known: Map<String, Value>,
    // Stopped before their folders go.
    programs: Vec<Program>,
    _folders: [TempDir; 2],
}

impl Servers {
    /// Starts all of them in front of the sandbox with that control URL.
    ///
    /// # Errors
    /// When one is not installed, or does not start; with the last lines of its log.
    pub async fn start(control_url: &str) -> Result<Self, String> {
        let address = control_url.split('/').nth(2).and_then(|address| address.parse().ok());
        let upstream = address.ok_or_else(|| format!("{control_url} has no address"))?;
        let mut result = Self::attempt(upstream).await;
        for _ in 1..ATTEMPTS {
            if result.is_ok() {
                break;
            }
            result = Self::attempt(upstream).await;
        }
        result
    }

    async fn attempt(upstream: SocketAddr) -> Result<Self, String> {
        let folder = TempDir::with_prefix("uppzy-servers-").map_err(|error| error.to_string())?;
        let path = folder.path();
        // As root some of them run as another user, who has to see what is in there.
        open_to_all(path)?;
        let packed = path.join("packed");
        fs::create_dir(&packed).map_err(|error| format!("{}: {error}", packed.display()))?;
        open_to_all(&packed)?;
        // Squid always does, and the folder for temporary files may lie below one that only root sees.
        let squid_folder = TempDir::with_prefix_in("uppzy-squid-", "/tmp")
            .map_err(|error| format!("/tmp: {error}"))?;
        let squid_path = squid_folder.path();
        open_to_all(squid_path)?;
        let ports = Ports::find()?;
        let certificates = Certificates::make(path)?;
        write(path, "packed/answer.gz", PACKED)?;
        let nginx = nginx::configuration(path, &ports, &certificates, upstream)?;
        let nginx = write(path, "nginx.conf", nginx.as_bytes())?;
        let squid = squid::configuration(squid_path, &ports)?;
        let squid = write(squid_path, "squid.conf", squid.as_bytes())?;
        let apache = apache::configuration(path, &ports, upstream)?;
        let apache = write(path, "apache.conf", apache.as_bytes())?;
        let folder_and = |rest: &str| format!("{}{rest}", path.display());
        let mut programs = vec![
            Program::start(
                &["nginx"],
                &["-p", &folder_and("/"), "-e", &folder_and("/nginx.log"), "-c", &nginx],
                path.join("nginx.log"),
            )?,
            Program::start(&["squid"], &["-N", "-f", &squid], squid_path.join("cache.log"))?,
            Program::start(
                &["apache2", "httpd"],
                &["-X", "-DFOREGROUND", "-f", &apache],
                path.join("apache.log"),
            )?,
        ];
        for (_, address) in ports.all() {
            program::wait_until_heard(address, &mut programs).await?;
        }
        let known = known(&ports, &certificates)?;
        Ok(Self { known, programs, _folders: [folder, squid_folder] })
    }

    /// The process ids of the servers.
    #[must_use]
    pub fn process_ids(&self) -> Vec<u32> {
        self.programs.iter().map(Program::id).collect()
    }
}

/// `{"tenant_id":"packed"}`, packed with gzip.
const PACKED: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 42, 73, 205, 75, 204, 43, 137, 207, 76, 81, 178, 82,
    42, 72, 76, 206, 78, 77, 81, 170, 5, 0, 189, 116, 239, 14, 22, 0, 0, 0,
];

fn known(ports: &Ports, certificates: &Certificates) -> Result<Map<String, Value>, String> {
    let mut known = Map::new();
    for (name, address) in ports.all() {
        let port = address.port();
        let value = match name {
            "guarded_proxy" => json!({
                "origin": format!("http://{address}"),
                "with_password":
                    format!("http://{}:{}@{address}", squid::USER, squid::PASSWORD.replace(' ', "%20")),
                "with_wrong_password": format!("http://{}:wrong@{address}", squid::FORGETFUL),
            }),
            "http2" | "old_tls" | "expired" | "early" | "other_name" | "self_made" | "chained"
            | "incomplete" | "limited_http2" => {
                json!({"origin": format!("https://localhost:{port}")})
            }
            "ipv6_tls" => json!({"origin": format!("https://[::1]:{port}")}),
            _ => json!({"origin": format!("http://{address}")}),
        };
        known.insert(name.to_owned(), value);
    }
    // The same servers by a name that only the proxies know.
    let http2 = ports.of("http2")?.port();
    let plain = ports.of("plain_http")?.port();
    let named = |host: &str, scheme: &str, port: u16| json!({"origin": format!("{scheme}://{host}:{port}")});
    known.insert("named".to_owned(), named(squid::NAME, "https", http2));
    known.insert("named_plain".to_owned(), named(squid::NAME, "http", plain));
    known.insert("refused".to_owned(), named(squid::REFUSED, "https", http2));
    known.insert("tls_as_plain".to_owned(), named("localhost", "http", http2));
    known.insert("plain_as_tls".to_owned(), named("localhost", "https", plain));
    known.insert("by_address".to_owned(), named("127.0.0.1", "https", http2));
    for (name, file) in [
        ("authority", &certificates.authority),
        ("other_authority", &certificates.other_authority),
        ("self_made_authority", &certificates.self_made.certificate),
    ] {
        known.insert(name.to_owned(), json!({"file": file}));
    }
    Ok(known)
}

/// Gives the servers a URL for the space with that base URL: the same path, elsewhere.
///
/// # Errors
/// When the base URL has no path.
pub fn for_space(known: &Map<String, Value>, base_url: &str) -> Result<Map<String, Value>, String> {
    let path = base_url.splitn(4, '/').nth(3).ok_or("the base URL has no path")?;
    let mut known = known.clone();
    for value in known.values_mut().filter_map(Value::as_object_mut) {
        if let Some(origin) = value.get("origin").and_then(Value::as_str) {
            value.insert("base_url".to_owned(), format!("{origin}/{path}").into());
        }
    }
    Ok(known)
}

fn open_to_all(folder: &Path) -> Result<(), String> {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777))
        .map_err(|error| format!("{}: {error}", folder.display()))
}

fn write(folder: &Path, name: &str, content: &[u8]) -> Result<String, String> {
    let file: PathBuf = folder.join(name);
    fs::write(&file, content).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(file.display().to_string())
}
