//! The client: how to make the core's, which is made again in a forked child.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};

use pyo3::prelude::*;
use pyo3::types::PyDict;
use uppzy::ClientBuilder;
use uppzy_boundary::locked;

use crate::failure::OrRaise as _;
use crate::logs;
use crate::metrics::{Events, Metrics};
use crate::operations::{Chat, Documents, Sessions, Site, Tenant};
use crate::runtime::{OfRuntime, build_detached, existing_runtime};
use crate::settings;

/// What all clients of one constructor call share.
pub(crate) struct Root {
    builder: ClientBuilder,
    /// Credentials that were set later.
    rotated: Mutex<Rotated>,
    made: Mutex<Option<OfRuntime<uppzy::Client>>>,
    closed: AtomicBool,
}

#[derive(Clone, Default)]
struct Rotated {
    api_key: Option<String>,
    bearer_token: Option<String>,
}

impl Root {
    fn new(py: Python<'_>, builder: ClientBuilder) -> PyResult<Arc<Self>> {
        let root = Arc::new(Self {
            builder,
            rotated: Mutex::default(),
            made: Mutex::default(),
            closed: AtomicBool::new(false),
        });
        logs::register(&root);
        root.client(py)?;
        Ok(root)
    }

    /// The core's client in this process.
    pub(crate) fn client(self: &Arc<Self>, py: Python<'_>) -> PyResult<uppzy::Client> {
        if let Some(client) = self.existing() {
            return Ok(client);
        }
        let builder = self.builder.clone();
        let rotated = locked(&self.rotated).clone();
        let closed = self.closed.load(Ordering::Acquire);
        let built = build_detached(py, move || {
            let client = builder.build()?;
            if let Some(api_key) = &rotated.api_key {
                client.set_api_key(api_key)?;
            }
            if let Some(bearer_token) = &rotated.bearer_token {
                client.set_bearer_token(bearer_token)?;
            }
            if closed {
                client.close();
            }
            Ok(client)
        });
        let built = built.or_raise(py)?;
        // Another thread may have been faster; all must use the same.
        let mut made = locked(&self.made);
        if let Some(client) = made.as_ref().and_then(OfRuntime::current) {
            return Ok(client.clone());
        }
        *made = Some(OfRuntime::new(built.clone()));
        drop(made);
        logs::subscribe(&built);
        Ok(built)
    }

    /// The same, if it was made already.
    pub(crate) fn existing(&self) -> Option<uppzy::Client> {
        locked(&self.made).as_ref().and_then(OfRuntime::current).cloned()
    }
}

/// A client of a tenant and a site.
#[derive(Clone)]
pub(crate) struct Scoped {
    root: Arc<Root>,
    tenant_id: Option<Arc<str>>,
    site_id: Option<Arc<str>>,
}

impl Scoped {
    pub(crate) fn client(&self, py: Python<'_>) -> PyResult<uppzy::Client> {
        let client = self.root.client(py)?;
        self.scoped(client).or_raise(py)
    }

    fn scoped(&self, mut client: uppzy::Client) -> uppzy::Result<uppzy::Client> {
        if let Some(tenant_id) = &self.tenant_id {
            client = client.for_tenant(tenant_id.as_ref())?;
        }
        if let Some(site_id) = &self.site_id {
            client = client.for_site(site_id.as_ref())?;
        }
        Ok(client)
    }
}

/// The way to the API. Private: `Uppzy` and `AsyncUppzy` are made over it.
#[pyclass(frozen, module = "uppzy._native")]
pub(crate) struct Client(Scoped);

impl Client {
    fn checked(py: Python<'_>, scope: Scoped) -> PyResult<Self> {
        scope.client(py)?;
        Ok(Self(scope))
    }
}

#[pymethods]
impl Client {
    #[new]
    fn new(py: Python<'_>, options: &Bound<'_, PyDict>) -> PyResult<Self> {
        let root = Root::new(py, settings::builder(options)?)?;
        Ok(Self(Scoped { root, tenant_id: None, site_id: None }))
    }

    fn tenant(&self) -> Tenant {
        Tenant(self.0.clone())
    }

    fn site(&self) -> Site {
        Site(self.0.clone())
    }

    fn documents(&self) -> Documents {
        Documents(self.0.clone())
    }

    fn chat(&self) -> Chat {
        Chat(self.0.clone())
    }

    fn sessions(&self) -> Sessions {
        Sessions(self.0.clone())
    }

    fn for_site(&self, py: Python<'_>, site_id: &str) -> PyResult<Self> {
        Self::checked(py, Scoped { site_id: Some(site_id.into()), ..self.0.clone() })
    }

    fn for_tenant(&self, py: Python<'_>, tenant_id: &str) -> PyResult<Self> {
        Self::checked(py, Scoped { tenant_id: Some(tenant_id.into()), ..self.0.clone() })
    }

    fn set_api_key(&self, py: Python<'_>, api_key: String) -> PyResult<()> {
        let client = self.0.root.client(py)?;
        client.set_api_key(&api_key).or_raise(py)?;
        locked(&self.0.root.rotated).api_key = Some(api_key);
        Ok(())
    }

    fn set_bearer_token(&self, py: Python<'_>, bearer_token: String) -> PyResult<()> {
        let client = self.0.root.client(py)?;
        client.set_bearer_token(&bearer_token).or_raise(py)?;
        locked(&self.0.root.rotated).bearer_token = Some(bearer_token);
        Ok(())
    }

    fn metrics(&self, py: Python<'_>) -> PyResult<Metrics> {
        let client = self.0.root.client(py)?;
        Ok(Metrics(py.detach(|| client.metrics())))
    }

    fn events(&self, py: Python<'_>, capacity: usize) -> PyResult<Events> {
        Ok(Events::new(self.0.root.client(py)?.events(capacity)))
    }

    fn close(&self, py: Python<'_>) {
        self.0.root.closed.store(true, Ordering::Release);
        if let Some(client) = self.0.root.existing() {
            client.close();
            // Its connections end when somebody moves them on.
            if let Some(running) = existing_runtime() {
                py.detach(|| running.drop_inside(client));
            }
        }
    }

    #[getter]
    fn is_closed(&self) -> bool {
        self.0.root.closed.load(Ordering::Acquire)
    }

    #[getter]
    fn tenant_id(&self, py: Python<'_>) -> PyResult<Option<String>> {
        Ok(self.0.client(py)?.tenant_id().map(str::to_owned))
    }

    #[getter]
    fn site_id(&self, py: Python<'_>) -> PyResult<Option<String>> {
        Ok(self.0.client(py)?.site_id().map(str::to_owned))
    }

    #[getter]
    fn base_url(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.0.client(py)?.base_url().to_owned())
    }
}

pub(crate) type WeakRoot = Weak<Root>;
