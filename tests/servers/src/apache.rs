//! What Apache is told: to answer in HTTP/1.0, as old gateways do.

use std::net::SocketAddr;
use std::path::Path;

use crate::ports::Ports;

const MODULES: [&str; 5] = ["mpm_event", "authz_core", "setenvif", "proxy", "proxy_http"];
/// Where distributions put the modules.
const FOLDERS: [&str; 2] = ["/usr/lib/apache2/modules", "/usr/lib64/httpd/modules"];

/// The configuration. `upstream` is the sandbox.
pub(crate) fn configuration(
    folder: &Path,
    ports: &Ports,
    upstream: SocketAddr,
) -> Result<String, String> {
    let found = FOLDERS.iter().find(|folder| Path::new(folder).is_dir());
    let modules = found.ok_or("Apache has no folder of modules")?;
    let address = ports.of("http10")?;
    let load: String = MODULES
        .iter()
        .map(|name| format!("LoadModule {name}_module {modules}/mod_{name}.so\n"))
        .collect();
    let folder = folder.display();
    Ok(format!(
        "ServerRoot {folder}
DefaultRuntimeDir {folder}
PidFile {folder}/apache.pid
ErrorLog {folder}/apache.log
ServerName localhost
Listen {address}
{load}<IfModule unixd_module>
  User nobody
  Group nogroup
</IfModule>
SetEnvIf Request_URI . downgrade-1.0 force-response-1.0 nokeepalive
ProxyPass / http://{upstream}/
"
    ))
}
