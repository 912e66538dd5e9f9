//! The way events travel between services: flags, and what they mean.

use std::path::PathBuf;

use async_nats::ServerAddr;
use clap::Args;

use super::ConfigError;
use crate::events::NatsServers;

/// How every address begins.
const SCHEME: &str = "nats://";
/// Characters of a prefix; names of streams have a bound as well.
const PREFIX_LENGTH: std::ops::RangeInclusive<usize> = 1..=64;

/// How events get from one service to another.
#[derive(Clone, Debug, Args)]
pub struct Transport {
    /// The NATS servers with JetStream over which events travel, as nats://user@host:port with a comma
    /// between two of one cluster. Without it events stay inside the process.
    #[arg(long, env = "GATEWAY_EVENTS", value_name = "URL", value_delimiter = ',')]
    pub events: Vec<String>,

    /// The file with the password of the events' user; a token, if --events names no user.
    #[arg(long, env = "GATEWAY_EVENTS_PASSWORD_FILE", value_name = "FILE")]
    pub events_password_file: Option<PathBuf>,

    /// What the names of the events' streams begin with: houses that share a server need different ones.
    #[arg(long, env = "GATEWAY_EVENTS_PREFIX", value_name = "NAME", default_value = "croupier")]
    pub events_prefix: String,

    /// How large the stream of each service may become. Read when a stream is made.
    #[arg(long, env = "GATEWAY_EVENTS_STREAM_MIB", value_name = "MIB", default_value_t = 1024)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub events_stream_mib: u32,
}

impl Transport {
    /// The servers, if events leave the process.
    ///
    /// # Errors
    /// An address, the prefix or the password's file can't be used.
    pub fn servers(&self) -> Result<Option<NatsServers>, ConfigError> {
        if self.events.is_empty() {
            return Ok(None);
        }
        let addresses = self.events.iter().map(|url| address(url)).collect::<Result<Vec<_>, _>>()?;
        let mut users = addresses.iter().map(|address| address.username().map(str::to_owned));
        let user = users.next().flatten();
        if users.any(|other| other.is_some() && other != user) {
            return Err(ConfigError::Events("it names several users".to_owned()));
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if !PREFIX_LENGTH.contains(&self.events_prefix.len()) || !self.events_prefix.bytes().all(plain) {
            return Err(ConfigError::EventsPrefix(self.events_prefix.clone()));
        }
        let secret = self.events_password_file.as_ref().map(|path| {
            let read = std::fs::read_to_string(path);
            read.map_err(|source| ConfigError::EventsPasswordFile { path: path.clone(), source })
        });
        let secret = secret.transpose()?.map(|secret| secret.trim_end().to_owned());
        let prefix = self.events_prefix.clone();
        Ok(Some(NatsServers { addresses, user, secret, prefix, stream_mib: self.events_stream_mib }))
    }
}

fn address(url: &str) -> Result<ServerAddr, ConfigError> {
    let refused = |why: &str| ConfigError::Events(why.to_owned());
    // The address itself may hold a secret: it is never part of a message.
    let Some(rest) = url.strip_prefix(SCHEME) else { return Err(refused("it is no nats:// URL")) };
    let address: ServerAddr = url.parse().map_err(|_| refused("it is no URL"))?;
    if address.password().is_some() {
        return Err(ConfigError::EventsPassword);
    }
    if address.host().is_empty() {
        return Err(refused("it names no host"));
    }
    if rest.contains(['/', '?', '#']) {
        return Err(refused("there is more than a host and a port"));
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Flags {
        #[command(flatten)]
        transport: Transport,
    }

    fn servers(flags: &[&str]) -> Result<Option<NatsServers>, ConfigError> {
        let line = ["gateway"].iter().chain(flags);
        Flags::try_parse_from(line).expect("flags").transport.servers()
    }

    #[test]
    fn events_stay_inside_unless_a_server_is_named() {
        assert!(servers(&[]).expect("no server").is_none());
        let named = servers(&["--events", "nats://croupier@a.example:4222,nats://b.example"]).expect("servers");
        let named = named.expect("two of them");
        assert_eq!((named.user.as_deref(), named.prefix.as_str()), (Some("croupier"), "croupier"));
        let at: Vec<_> = named.addresses.iter().map(|address| (address.host().to_owned(), address.port())).collect();
        assert_eq!(at, [("a.example".to_owned(), 4222), ("b.example".to_owned(), 4222)]);
    }

    #[test]
    fn a_server_is_named_without_its_password() {
        for (url, says) in [
            ("nats://croupier:secret@a", "--events-password-file"),
            ("http://a", "nats://"),
            ("a:4222", "nats://"),
            ("nats://", "nats://"),
            ("nats://a/secret", "host and a port"),
            ("nats://u@a,nats://v@b", "several users"),
        ] {
            let error = servers(&["--events", url]).err().expect(url).to_string();
            assert!(error.contains(says) && !error.contains("secret"), "{url}: {error}");
        }
        let spaced = servers(&["--events", "nats://a", "--events-prefix", "a.b"]).err().expect("no name");
        assert!(spaced.to_string().contains("--events-prefix"), "{spaced}");
    }

    #[test]
    fn the_secret_is_read_from_its_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("password");
        let flags = ["--events", "nats://u@a", "--events-password-file", file.to_str().expect("utf-8")];
        assert!(servers(&flags).err().expect("no file").to_string().starts_with("--events-password-file"));
        std::fs::write(&file, "hush\n").expect("written");
        assert_eq!(servers(&flags).expect("servers").expect("one").secret.as_deref(), Some("hush"));
    }
}
