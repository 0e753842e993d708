//! An authority of our own, and the certificates of the servers.

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType, IsCa, Issuer,
    KeyPair, date_time_ymd,
};

/// The name of the authority that signs.
const AUTHORITY: &str = "Uppzy Test Authority";
const INTERMEDIATE: &str = "Uppzy Test Intermediate";
const OTHER: &str = "Another Authority";

/// A certificate and its key, in files.
pub(crate) struct Identity {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// Everything that the servers show, and what clients are to trust.
pub(crate) struct Certificates {
    /// The authority that signed all of them, in the end.
    pub(crate) authority: PathBuf,
    /// An authority that signed none of them.
    pub(crate) other_authority: PathBuf,
    /// For `localhost`, `uppzy.test` and the addresses of this machine.
    pub(crate) right: Identity,
    pub(crate) expired: Identity,
    /// Not before some year far off.
    pub(crate) early: Identity,
    /// For other names than those that the server is reached by.
    pub(crate) other_name: Identity,
    /// Signed by an intermediate authority, whose certificate is sent along.
    pub(crate) chained: Identity,
    /// The same without the intermediate one: a mistake that browsers hide.
    pub(crate) incomplete: Identity,
    /// Signed by itself, and said to be an authority, as `openssl req -x509` makes them.
    pub(crate) self_made: Identity,
}

impl Certificates {
    pub(crate) fn make(folder: &Path) -> Result<Self, String> {
        let made = |error: rcgen::Error| error.to_string();
        let (root, root_issuer) = authority(AUTHORITY, None).map_err(made)?;
        let (between, between_issuer) =
            authority(INTERMEDIATE, Some(&root_issuer)).map_err(made)?;
        let (other, _) = authority(OTHER, None).map_err(made)?;
        let identity = |name: &str, params: CertificateParams, by: &Issuer<'_, KeyPair>, rest| {
            let key = KeyPair::generate().map_err(made)?;
            let certificate = params.signed_by(&key, by).map_err(made)?;
            let chain = format!("{}{rest}", certificate.pem());
            Ok::<_, String>(Identity {
                certificate: write(folder, &format!("{name}.pem"), &chain)?,
                key: write(folder, &format!("{name}.key"), &key.serialize_pem())?,
            })
        };
        let right = || names(&["localhost", "uppzy.test", "127.0.0.1", "::1"]).map_err(made);
        let mut expired = right()?;
        expired.not_before = date_time_ymd(2020, 1, 1);
        expired.not_after = date_time_ymd(2021, 2, 3);
        let mut early = right()?;
        early.not_before = date_time_ymd(2090, 4, 5);
        early.not_after = date_time_ymd(2091, 1, 1);
        let other_name = names(&["other.example", "www.other.example"]).map_err(made)?;
        let mut self_made = right()?;
        self_made.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().map_err(made)?;
        let self_made = Identity {
            certificate: write(
                folder,
                "self-made.pem",
                &self_made.self_signed(&key).map_err(made)?.pem(),
            )?,
            key: write(folder, "self-made.key", &key.serialize_pem())?,
        };
        Ok(Self {
            self_made,
            authority: write(folder, "authority.pem", &root.pem())?,
            other_authority: write(folder, "other-authority.pem", &other.pem())?,
            right: identity("right", right()?, &root_issuer, String::new())?,
            expired: identity("expired", expired, &root_issuer, String::new())?,
            early: identity("early", early, &root_issuer, String::new())?,
            other_name: identity("other-name", other_name, &root_issuer, String::new())?,
            chained: identity("chained", right()?, &between_issuer, between.pem())?,
            incomplete: identity("incomplete", right()?, &between_issuer, String::new())?,
        })
    }
}

fn authority(
    name: &str,
    by: Option<&Issuer<'_, KeyPair>>,
) -> Result<(Certificate, Issuer<'static, KeyPair>), rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "Uppzy Tests");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = match by {
        Some(issuer) => params.signed_by(&key, issuer)?,
        None => params.self_signed(&key)?,
    };
    Ok((certificate, Issuer::new(params, key)))
}

fn names(names: &[&str]) -> Result<CertificateParams, rcgen::Error> {
    CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
}

fn write(folder: &Path, name: &str, text: &str) -> Result<PathBuf, String> {
    let file = folder.join(name);
    fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(file)
}
