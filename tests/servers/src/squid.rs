//! What Squid is told: a proxy for everybody on this machine, and one that asks for a password.

use std::fs;
use std::path::Path;

use crate::ports::Ports;

/// The name by which proxies find this machine; without a proxy nobody does.
pub(crate) const NAME: &str = "uppzy.test";
/// A name to which the proxy lets nobody.
pub(crate) const REFUSED: &str = "refused.uppzy.test";
pub(crate) const USER: &str = "ada";
/// Who comes with a wrong password. Another one, since Squid asks once for requests that come together in
/// one name, and gives all of them the same answer.
pub(crate) const FORGETFUL: &str = "grace";
pub(crate) const PASSWORD: &str = "pass word";
/// The password of both as the file of Apache has it, which Squid reads.
const PASSWORD_HASH: &str = "$apr1$Pz3oGipG$6ImfnMxHI9Kqa2rmGyRAy.";
/// Where distributions put the program that checks passwords.
const CHECKERS: [&str; 3] = [
    "/usr/lib/squid/basic_ncsa_auth",
    "/usr/lib64/squid/basic_ncsa_auth",
    "/usr/libexec/squid/basic_ncsa_auth",
];

/// The configuration.
pub(crate) fn configuration(folder: &Path, ports: &Ports) -> Result<String, String> {
    let write = |name: &str, text: &str| {
        let file = folder.join(name);
        fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))
    };
    write("squid-hosts", &format!("127.0.0.1 {NAME} {REFUSED}\n"))?;
    write("squid-passwords", &format!("{USER}:{PASSWORD_HASH}\n{FORGETFUL}:{PASSWORD_HASH}\n"))?;
    let checker = CHECKERS.iter().find(|path| Path::new(path).exists());
    let checker = checker.ok_or("Squid has no basic_ncsa_auth")?;
    let (open, guarded) = (ports.of("open_proxy")?, ports.of("guarded_proxy")?);
    let folder = folder.display();
    Ok(format!(
        "http_port {open} name=open
http_port {guarded} name=guarded
auth_param basic program {checker} {folder}/squid-passwords
auth_param basic children 2 startup=1 idle=1
auth_param basic realm uppzy
acl guarded myportname guarded
acl known proxy_auth REQUIRED
acl refused dstdomain {REFUSED}
http_access deny refused
http_access deny guarded !known
http_access allow localhost
http_access deny all
hosts_file {folder}/squid-hosts
dns_nameservers 127.0.0.1
cache deny all
cache_mem 0 MB
access_log none
cache_log {folder}/cache.log
coredump_dir {folder}
pid_filename none
netdb_filename none
pinger_enable off
max_filedescriptors 1024
shutdown_lifetime 0 seconds
visible_hostname {NAME}
"
    ))
}
