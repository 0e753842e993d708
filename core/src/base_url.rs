//! Where the API is: taken apart once, so that no call parses it again.

use bytes::Bytes;
use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use url::Url;

use crate::error::{Error, Result};

/// A checked base URL.
pub(crate) struct BaseUrl {
    url: Url,
    scheme: Scheme,
    authority: Authority,
    path: String,
}

impl BaseUrl {
    /// None where HTTP has no form for the URL.
    pub(crate) fn new(url: Url) -> Option<Self> {
        let uri: Uri = url.as_str().parse().ok()?;
        let scheme = uri.scheme()?.clone();
        let authority = uri.authority()?.clone();
        let path = url.path().trim_end_matches('/').to_owned();
        Some(Self { url, scheme, authority, path })
    }

    pub(crate) fn as_str(&self) -> &str {
        self.url.as_str()
    }

    pub(crate) fn is_https(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// The path without a slash at its end.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Scheme, host and port: stands for the server.
    pub(crate) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The server with that path and query, which are encoded already.
    pub(crate) fn with_target(&self, target: String) -> Result<Uri> {
        let target = PathAndQuery::from_maybe_shared(Bytes::from(target));
        let target = target.map_err(|_| Error::internal("a path that is no path"))?;
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(target);
        Uri::from_parts(parts).map_err(|_| Error::internal("a URL that is no URL"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_put_behind_the_server() {
        let base = |text: &str| BaseUrl::new(text.parse().unwrap()).unwrap();
        let plain = base("http://[::1]:8080/api/v1/");
        assert_eq!(plain.path(), "/api/v1");
        assert_eq!(
            plain.with_target("/api/v1/a%2Fb?x=1+2".to_owned()).unwrap().to_string(),
            "http://[::1]:8080/api/v1/a%2Fb?x=1+2"
        );
        assert!(!plain.is_https());
        let named = base("https://bücher.example");
        assert!(named.is_https());
        assert_eq!(named.path(), "");
        assert_eq!(named.with_target("/a".to_owned()).unwrap(), "https://xn--bcher-kva.example/a");
    }
}
