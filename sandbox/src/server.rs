//! The running sandbox: listening, accepting, stopping.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::task::{JoinHandle, JoinSet};

use crate::connection;
use crate::error::SandboxError;
use crate::journal::hex;
use crate::options::SandboxOptions;
use crate::space::{Space, SpaceCore};
use crate::store::{self, Store};

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 8_192;

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    options: SandboxOptions,
    default_space: Arc<SpaceCore>,
    spaces: RwLock<HashMap<String, Arc<SpaceCore>>>,
    connections_open: AtomicU64,
}

impl Server {
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn default_space(&self) -> &Arc<SpaceCore> {
        &self.default_space
    }

    pub(crate) fn connections_open(&self) -> u64 {
        self.connections_open.load(Ordering::Acquire)
    }

    pub(crate) fn space(&self, name: &str) -> Option<Arc<SpaceCore>> {
        self.spaces.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Makes a space; none when the name is taken or is no name.
    pub(crate) fn create_space(&self, name: Option<&str>) -> Option<Arc<SpaceCore>> {
        let name = match name {
            Some(name) if is_space_name(name) => name.to_owned(),
            Some(_) => return None,
            None => hex(&rand::random::<[u8; 6]>()),
        };
        let options = self.options.clone();
        let options = SandboxOptions {
            data: None,
            api_key: format!("{}-{name}", options.api_key),
            tenant_id: format!("{}-{name}", options.tenant_id),
            site_id: format!("{}-{name}", options.site_id),
            ..options
        };
        let mut spaces = self.spaces.write().unwrap_or_else(PoisonError::into_inner);
        if spaces.contains_key(&name) {
            return None;
        }
        let space = Arc::new(SpaceCore::new(Some(name.clone()), options, None));
        spaces.insert(name, space.clone());
        Some(space)
    }

    /// Whether there was such a space.
    pub(crate) fn delete_space(&self, name: &str) -> bool {
        self.spaces.write().unwrap_or_else(PoisonError::into_inner).remove(name).is_some()
    }
}

fn is_space_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=64).contains(&name.len()) && name.bytes().all(fits)
}

/// A running sandbox. Dropping it stops it, and breaks all connections; [`Sandbox::stop`] also
/// waits until the data file is closed.
#[derive(Debug)]
pub struct Sandbox {
    server: Arc<Server>,
    accepting: JoinHandle<()>,
}

impl Sandbox {
    /// Starts a sandbox on the current Tokio runtime.
    ///
    /// # Errors
    /// When an option cannot be used, the address cannot be listened on, or the data file cannot
    /// be used.
    pub async fn start(options: SandboxOptions) -> Result<Self, SandboxError> {
        options.validate()?;
        let kept = match options.data.clone() {
            Some(path) => {
                let path = store::absolute(&path);
                let failed = path.clone();
                let opened = tokio::task::spawn_blocking(move || Store::open(&path)).await;
                let opened = opened.map_err(|error| SandboxError::Data {
                    path: failed,
                    reason: format!("cannot be opened: {error}"),
                })?;
                Some(opened?)
            }
            None => None,
        };
        let failed = |source| SandboxError::Bind { address: options.bind, source };
        let listener = listen(options.bind).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let default_space = Arc::new(SpaceCore::new(None, options.clone(), kept));
        let knowledge = default_space.knowledge.clone();
        // The kept documents may be many. Should this fail, the first question does it.
        let _ = tokio::task::spawn_blocking(move || knowledge.catch_up_now()).await;
        let server = Arc::new(Server {
            address,
            options,
            default_space,
            spaces: RwLock::default(),
            connections_open: AtomicU64::new(0),
        });
        let accepting = tokio::spawn(accept(listener, server.clone()));
        Ok(Self { server, accepting })
    }

    /// Base URL of the default space, such as `http://127.0.0.1:4010/api/v1`.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.space().base_url()
    }

    /// URL under which the default space is controlled.
    #[must_use]
    pub fn control_url(&self) -> String {
        self.space().control_url()
    }

    /// A key that the default space accepts.
    #[must_use]
    pub fn api_key(&self) -> String {
        self.server.default_space.api_key()
    }

    /// The tenant of the default space.
    #[must_use]
    pub fn tenant_id(&self) -> &str {
        self.server.default_space.tenant_id()
    }

    /// The site of the default space.
    #[must_use]
    pub fn site_id(&self) -> &str {
        self.server.default_space.site_id()
    }

    /// The default space.
    #[must_use]
    pub fn space(&self) -> Space {
        Space { core: self.server.default_space.clone(), server: self.server.clone() }
    }

    /// Makes a space of its own for a test. A name of 1 to 64 letters, digits, `-` and `_` that is
    /// not taken is used as it is; otherwise the space gets a name of its own.
    #[must_use]
    pub fn create_space(&self, name: Option<&str>) -> Space {
        let mut created = self.server.create_space(name);
        // Random names collide next to never, but then another one is drawn.
        while created.is_none() {
            created = self.server.create_space(None);
        }
        let core = created.unwrap_or_else(|| self.server.default_space.clone());
        Space { core, server: self.server.clone() }
    }

    /// Stops listening, breaks all connections, and closes the data file.
    pub async fn stop(mut self) {
        self.accepting.abort();
        let _ = (&mut self.accepting).await;
        if let Some(writer) = self.server.default_space.close_store() {
            let _ = tokio::task::spawn_blocking(move || writer.join()).await;
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.accepting.abort();
        self.server.default_space.close_store();
    }
}

fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // On Windows this option would let two servers share the port.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Accepts connections until it is aborted; its connections end with it.
async fn accept(listener: TcpListener, server: Arc<Server>) {
    let mut connections = JoinSet::new();
    let mut number = 0_u64;
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    number += 1;
                    let open = OpenConnection::new(server.clone());
                    let served = connection::serve(stream, number, server.clone());
                    connections.spawn(async move {
                        let _open = open;
                        served.await;
                    });
                }
                // Out of file descriptors, mostly: some are given back soon.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Counts a connection for as long as it is served.
struct OpenConnection(Arc<Server>);

impl OpenConnection {
    fn new(server: Arc<Server>) -> Self {
        server.connections_open.fetch_add(1, Ordering::AcqRel);
        Self(server)
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.connections_open.fetch_sub(1, Ordering::AcqRel);
    }
}
