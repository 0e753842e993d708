//! Where the demo runs: a sandbox that it starts, or a real account.

use std::cell::RefCell;

use uppzy::{Client, SessionIds};
use uppzy_sandbox::{Latency, Sandbox, SandboxOptions};

use crate::failure::Failure;
use crate::options::Options;

/// Polls a second that the demo's own sandbox takes; nobody else is waiting for it.
const SANDBOX_POLL_RATE: f64 = 100.0;

/// Where the demo runs, and what it has made there.
pub(crate) struct Account {
    pub(crate) client: Client,
    /// None where the demo is a guest.
    pub(crate) sandbox: Option<Sandbox>,
    /// Whether the demo may change anything.
    pub(crate) may_write: bool,
    /// Names this run's conversations, so that none of an earlier run is taken up again.
    pub(crate) session_ids: SessionIds,
    made: RefCell<Made>,
}

/// What the demo has made and not taken away again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Made {
    pub(crate) documents: Vec<String>,
    pub(crate) sessions: Vec<String>,
}

impl Account {
    pub(crate) async fn open(options: &Options) -> Result<Self, Failure> {
        let (client, sandbox) = match &options.base_url {
            Some(url) => (guest(url)?, None),
            None => {
                let (client, sandbox) = host(options.latency).await?;
                (client, Some(sandbox))
            }
        };
        let secret = format!("a demo's run at {:?}", std::time::SystemTime::now());
        Ok(Self {
            may_write: sandbox.is_some() || options.yes,
            session_ids: SessionIds::new(secret)
                .map_err(Failure::while_doing("making session ids"))?,
            made: RefCell::default(),
            client,
            sandbox,
        })
    }

    pub(crate) fn note_document(&self, id: &str) {
        self.made.borrow_mut().documents.push(id.to_owned());
    }

    pub(crate) fn note_session(&self, id: &str) {
        self.made.borrow_mut().sessions.push(id.to_owned());
    }

    /// What was made and not taken away so far.
    pub(crate) fn made(&self) -> Made {
        self.made.borrow().clone()
    }

    /// The documents are deleted.
    pub(crate) fn forget_documents(&self) {
        self.made.borrow_mut().documents.clear();
    }

    /// The session is closed.
    pub(crate) fn forget_session(&self, id: &str) {
        self.made.borrow_mut().sessions.retain(|made| made != id);
    }
}

async fn host(latency: Latency) -> Result<(Client, Sandbox), Failure> {
    let sandbox = Sandbox::start(SandboxOptions::new().latency(latency))
        .await
        .map_err(|error| Failure::Other(format!("the sandbox does not start: {error}")))?;
    let client = Client::builder()
        // The account in the environment, if there is one, is none of the demo's business.
        .environment([("", ""); 0])
        .base_url(sandbox.base_url())
        .api_key(sandbox.api_key())
        .tenant_id(sandbox.tenant_id())
        .site_id(sandbox.site_id())
        .max_poll_rate(SANDBOX_POLL_RATE)
        .build()
        .map_err(Failure::while_doing("making the client"))?;
    Ok((client, sandbox))
}

fn guest(url: &str) -> Result<Client, Failure> {
    let client = Client::builder()
        .base_url(url)
        .user_agent_suffix(concat!("uppzy-demo/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(Failure::while_doing("making the client"))?;
    for (id, variable) in
        [(client.tenant_id(), "UPPZY_TENANT_ID"), (client.site_id(), "UPPZY_SITE_ID")]
    {
        if id.is_none() {
            return Err(Failure::Other(format!("--base-url also needs {variable} to be set")));
        }
    }
    Ok(client)
}
