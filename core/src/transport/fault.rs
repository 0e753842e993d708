//! What kept a request from being answered, read out of the libraries' errors.

use std::error::Error as StdError;
use std::fmt::Write as _;
use std::io;

use super::TransportFault;
use super::connecting::ConnectTimedOut;
use super::distrust;

/// The fault behind an error of the HTTP client. `connecting` says whether it stood in the way of
/// a connection.
pub(super) fn classify(error: &(dyn StdError + 'static), connecting: bool) -> TransportFault {
    let mut source = Some(error);
    while let Some(fault) = source {
        if fault.is::<ConnectTimedOut>() {
            return TransportFault::ConnectTimeout;
        }
        if let Some(fault) = tls_fault(fault) {
            return TransportFault::Tls(distrust::describe(fault));
        }
        source = fault.source();
    }
    if connecting {
        TransportFault::Connect(describe(error))
    } else {
        TransportFault::Lost(describe(error))
    }
}

/// A TLS error may sit inside an I/O error, or inside one in another one: none of them names it as
/// its source.
fn tls_fault<'a>(fault: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    let mut fault = fault;
    while let Some(inner) = fault.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        fault = inner;
    }
    fault.downcast_ref()
}

/// The innermost reasons, without the layers of libraries that pass them on.
pub(super) fn describe(error: &(dyn StdError + 'static)) -> String {
    let mut layers = vec![error.to_string()];
    let mut source = error.source();
    while let Some(fault) = source {
        let text = fault.to_string();
        // Many layers repeat the text of what they wrap.
        layers.retain(|layer| !layer.contains(&text));
        layers.push(text);
        source = fault.source();
    }
    let mut text = String::new();
    for layer in layers.iter().skip(usize::from(layers.len() > 1)) {
        let separator = if text.is_empty() { "" } else { ": " };
        // Writing to a String cannot fail.
        let _ = write!(text, "{separator}{layer}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tls_error_is_found_below_any_number_of_input_errors() {
        let tls = rustls::Error::HandshakeNotComplete;
        let once = io::Error::other(tls.clone());
        let twice = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, tls.clone()));
        assert_eq!(tls_fault(&tls), Some(&tls));
        assert_eq!(tls_fault(&once), Some(&tls));
        assert_eq!(tls_fault(&twice), Some(&tls));
        assert_eq!(tls_fault(&io::Error::from(io::ErrorKind::UnexpectedEof)), None);
    }
}
