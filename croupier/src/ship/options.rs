//! What can be typed to ship a fragment.

use std::path::PathBuf;

use clap::Args;
use contract::registry::EVERYBODY_PERMILLE;

use crate::workspace::in_project;

/// Where a team ships to, as whom, and who reads what comes of it.
#[derive(Args, Debug)]
pub(crate) struct Desk {
    /// The gateway that is shipped to
    #[arg(long, env = "CROUPIER_GATEWAY", value_name = "URL", default_value = "http://localhost:8080")]
    pub(crate) gateway: String,
    /// The team's secret key. `up` makes the default one, which may do everything on this machine
    // Whoever puts the key itself there finds out, and not from the help.
    #[arg(long, env = "CROUPIER_KEY", value_name = "FILE", hide_env_values = true)]
    #[arg(default_value_os_t = in_project("data/team.key"))]
    pub(crate) key: PathBuf,
    /// Print JSON instead of text: the gateway's own answer
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct PublishOptions {
    #[command(flatten)]
    pub(crate) desk: Desk,
    /// The fragment, by its name in apps
    #[arg(value_name = "NAME", required_unless_present = "fragment")]
    pub(crate) name: Option<String>,
    /// Publish a fragment from another folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "name")]
    pub(crate) fragment: Option<PathBuf>,
    /// Make this very release live as well, also where it was published before and others were since. Ends a canary, as
    /// any promotion does
    #[arg(long)]
    pub(crate) promote: bool,
}

#[derive(Args, Debug)]
pub(crate) struct PromoteOptions {
    #[command(flatten)]
    pub(crate) desk: Desk,
    /// The fragment
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Which release; without it the canary, or where there is none the one that was published last; one that was
    /// rolled back, or ended as worse, is taken by its name alone
    #[arg(value_name = "VERSION")]
    pub(crate) version: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct CanaryOptions {
    #[command(flatten)]
    pub(crate) desk: Desk,
    /// The fragment
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// How many of the devices see it, in per cent: 0.1% to 100%
    #[arg(long, value_name = "PERCENT", value_parser = share, required_unless_present_any = ["market", "all_markets", "end"])]
    pub(crate) share: Option<u32>,
    /// Which release; without it the canary, or where there is none the one that was published last; one that was
    /// rolled back, or ended as worse, is taken by its name alone
    #[arg(long, value_name = "VERSION", conflicts_with = "end")]
    pub(crate) version: Option<String>,
    /// Only in this market, once for each: the two letters of its country. The gateway has to know where requests come
    /// from (--market-header)
    #[arg(long, value_name = "COUNTRY", value_parser = market)]
    pub(crate) market: Vec<String>,
    /// In every market again
    #[arg(long, conflicts_with = "market")]
    pub(crate) all_markets: bool,
    /// Show everybody the live release again
    #[arg(long, conflicts_with_all = ["share", "market", "all_markets"])]
    pub(crate) end: bool,
}

impl CanaryOptions {
    /// What is said of markets; nothing where they are to stay as they are.
    pub(crate) fn markets(&self) -> Option<Vec<String>> {
        (self.all_markets || !self.market.is_empty()).then(|| self.market.clone())
    }
}

/// Thousandths, of a text in per cent.
fn share(text: &str) -> Result<u32, String> {
    let wrong =
        || "a share is written in per cent, from 0.1% to 100%, with at most one digit after the point".to_owned();
    let number = text.strip_suffix('%').ok_or_else(wrong)?;
    let (whole, tenths) = number.split_once('.').unwrap_or((number, "0"));
    let is_number =
        |text: &str, digits| (1..=digits).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
    if !is_number(whole, 3) || !is_number(tenths, 1) {
        return Err(wrong());
    }
    let permille = whole.parse::<u32>().ok().zip(tenths.parse::<u32>().ok()).map(|(whole, tenths)| whole * 10 + tenths);
    permille.filter(|permille| (1..=EVERYBODY_PERMILLE).contains(permille)).ok_or_else(wrong)
}

/// The two letters of a country.
fn market(text: &str) -> Result<String, String> {
    let is_country = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_country {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("a market is the two letters of a country, such as de".to_owned())
    }
}

#[derive(Args, Debug)]
pub(crate) struct RollbackOptions {
    #[command(flatten)]
    pub(crate) desk: Desk,
    /// The fragment
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// To which release; without it to the one that was live before the present one
    #[arg(long, value_name = "VERSION")]
    pub(crate) to: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct KillOptions {
    #[command(flatten)]
    pub(crate) desk: Desk,
    /// The fragment
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Don't ask whether it is meant
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ReviveOptions {
    #[command(flatten)]
    pub(crate) desk: Desk,
    /// The fragment
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
}

/// Of `status` and of `history`.
#[derive(Args, Debug)]
pub(crate) struct ShowOptions {
    #[command(flatten)]
    pub(crate) desk: Desk,
    /// Only this fragment
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct HistoryOptions {
    #[command(flatten)]
    pub(crate) show: ShowOptions,
    /// Go on from the place that the page before has named
    #[arg(long, value_name = "PLACE", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) before: Option<u64>,
}

#[derive(Args, Debug)]
pub(crate) struct KeyOptions {
    /// The file; made when it is missing, and never replaced
    #[arg(long, env = "CROUPIER_KEY", value_name = "FILE", hide_env_values = true)]
    #[arg(default_value_os_t = in_project("data/team.key"))]
    pub(crate) key: PathBuf,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        canary: CanaryOptions,
    }

    fn typed(arguments: &[&str]) -> Result<CanaryOptions, String> {
        let line = Line::try_parse_from(["canary", "wallet"].iter().chain(arguments));
        line.map(|line| line.canary).map_err(|error| error.to_string())
    }

    #[test]
    fn a_share_is_in_per_cent() {
        for (text, permille) in [("10%", 100), ("0.1%", 1), ("2.5%", 25), ("100%", 1000), ("100.0%", 1000)] {
            assert_eq!(typed(&["--share", text]).unwrap().share, Some(permille), "{text}");
        }
        for text in
            ["0%", "0.0%", "100.1%", "10", "abc", "%", "-1%", "1.%", ".5%", "1.25%", "1,5%", "99999999999%", "١%"]
        {
            let error = typed(&["--share", text]).expect_err(text);
            assert!(error.contains("from 0.1% to 100%") || error.contains("unexpected argument"), "{text}: {error}");
        }
    }

    #[test]
    fn markets_are_countries_and_what_is_not_said_stays() {
        let options = typed(&["--market", "DE", "--market", "at"]).unwrap();
        assert_eq!(options.markets(), Some(vec!["de".to_owned(), "at".to_owned()]));
        assert_eq!(typed(&["--share", "1%"]).unwrap().markets(), None);
        assert_eq!(typed(&["--all-markets"]).unwrap().markets(), Some(vec![]));
        assert!(typed(&["--market", "germany"]).expect_err("a name").contains("two letters of a country"));
    }

    #[test]
    fn something_has_to_be_meant_and_an_end_means_nothing_else() {
        assert!(typed(&[]).expect_err("nothing").contains("required arguments"));
        assert!(typed(&["--version", "2"]).expect_err("to whom?").contains("required arguments"));
        assert!(typed(&["--end"]).unwrap().end);
        assert!(typed(&["--end", "--share", "1%"]).expect_err("both").contains("cannot be used with"));
        assert!(typed(&["--all-markets", "--market", "de"]).expect_err("both").contains("cannot be used with"));
    }
}
