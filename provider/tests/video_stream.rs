//! The stream as a viewer gets it: over HTTP, parsed with an MP4 parser and decoded.

#![allow(missing_docs, reason = "a test")]

use std::time::Duration;

use contract::feed::Phase;
use contract::live::Game;
use mp4_atom::{Any, Atom, Codec, Decode, Mdat, Moof, Moov};
use openh264::decoder::Decoder;
use openh264::formats::YUVSource;
use provider::clock::now_ms;
use provider::scene::{Action, Scene};
use provider::video::{Stream, router, still_path};
use tokio::net::TcpListener;
use tokio::sync::watch;

struct Site {
    address: String,
    stream: Stream,
    frozen: watch::Sender<bool>,
    client: reqwest::Client,
}

async fn site(linger: Duration) -> Site {
    let scene = Scene {
        table: "roulette-1".into(),
        name: "Azure Roulette".into(),
        dealer: "Mara".into(),
        game: Game::Roulette,
        phase: Phase::Dealing,
        phase_started_ms: now_ms(),
        phase_ends_at_ms: now_ms() + 60_000,
        action: Action::Spin { number: 17, started_ms: now_ms(), settles_ms: now_ms() + 60_000 },
        last: vec![],
    };
    let (_, scene) = watch::channel(scene);
    let (frozen, freeze) = watch::channel(false);
    let stream = Stream::spawn_lingering(scene, freeze, linger);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let app = router(vec![("roulette-1".into(), stream.clone())]);
    tokio::spawn(async move { axum::serve(listener, app).await });
    Site { address, stream, frozen, client: reqwest::Client::new() }
}

impl Site {
    async fn get(&self, path: &str) -> reqwest::Response {
        self.client.get(format!("{}{path}", self.address)).send().await.unwrap()
    }

    async fn file(&self, name: &str) -> Vec<u8> {
        let response = self.get(&format!("/video/roulette-1/{name}")).await;
        assert_eq!(response.status(), 200, "{name}");
        response.bytes().await.unwrap().to_vec()
    }

    async fn playlist(&self) -> Playlist {
        Playlist::parse(&String::from_utf8(self.file("index.m3u8").await).unwrap())
    }

    /// Waits until the segment can be fetched.
    async fn segment(&self, number: u64) -> Segment {
        let mut window = self.stream.window();
        let made = window.wait_for(|window| window.get(number).is_some());
        drop(tokio::time::timeout(Duration::from_secs(20), made).await.expect("the segment comes").unwrap());
        Segment::parse(&self.file(&format!("{number}.m4s")).await)
    }
}

/// A playlist, read strictly: a line that is not expected where it stands is an error.
#[derive(Debug)]
struct Playlist {
    sequence: u64,
    times: Vec<String>,
    numbers: Vec<u64>,
}

impl Playlist {
    fn parse(text: &str) -> Self {
        let mut lines = text.lines();
        for head in ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:1"] {
            assert_eq!(lines.next(), Some(head));
        }
        let sequence = lines.next().unwrap().strip_prefix("#EXT-X-MEDIA-SEQUENCE:").unwrap().parse().unwrap();
        assert_eq!(lines.next(), Some("#EXT-X-INDEPENDENT-SEGMENTS"));
        assert_eq!(lines.next(), Some("#EXT-X-MAP:URI=\"init.mp4\""));
        let mut playlist = Self { sequence, times: vec![], numbers: vec![] };
        while let Some(line) = lines.next() {
            playlist.times.push(line.strip_prefix("#EXT-X-PROGRAM-DATE-TIME:").unwrap().to_owned());
            assert_eq!(lines.next(), Some("#EXTINF:1.000,"));
            playlist.numbers.push(lines.next().unwrap().strip_suffix(".m4s").unwrap().parse().unwrap());
        }
        assert!(playlist.numbers.len() <= 8, "{playlist:?}");
        assert_eq!(playlist.numbers.first(), Some(&sequence));
        assert!(playlist.numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{playlist:?}");
        assert!(playlist.times.is_sorted(), "{playlist:?}");
        playlist
    }

    fn last(&self) -> u64 {
        *self.numbers.last().unwrap()
    }
}

/// A media segment, with its samples cut out by their sizes.
struct Segment {
    time: u64,
    durations: Vec<u32>,
    samples: Vec<Vec<u8>>,
}

impl Segment {
    fn parse(bytes: &[u8]) -> Self {
        let mut rest = bytes;
        let Any::Styp(_) = Any::decode(&mut rest).unwrap() else { panic!("a segment begins with styp") };
        let moof_at = bytes.len() - rest.len();
        let moof = Moof::decode(&mut rest).unwrap();
        let mdat_at = bytes.len() - rest.len();
        let mdat = Mdat::decode(&mut rest).unwrap();
        assert!(rest.is_empty(), "nothing follows mdat");
        let traf = &moof.traf[0];
        assert_eq!((moof.traf.len(), traf.trun.len(), traf.tfhd.track_id), (1, 1, 1));
        let trun = &traf.trun[0];
        let data_at = usize::try_from(trun.data_offset.unwrap()).unwrap() + moof_at;
        assert_eq!(data_at, mdat_at + 8, "the data begins behind mdat's header");
        let (mut at, mut samples, mut durations) = (0, vec![], vec![]);
        for (index, entry) in trun.samples.iter().enumerate() {
            let size = usize::try_from(entry.size.unwrap()).unwrap();
            samples.push(mdat.data[at..at + size].to_vec());
            durations.push(entry.duration.unwrap());
            at += size;
            let depends_on_none = entry.flags.unwrap() == 0x0200_0000;
            assert_eq!(depends_on_none, index == 0, "{} of {:?}", mdat.data.len(), Mdat::KIND);
        }
        assert_eq!(at, mdat.data.len());
        Self { time: traf.tfdt.as_ref().unwrap().base_media_decode_time, durations, samples }
    }
}

/// Turns length-prefixed units into a byte stream.
fn annex_b(sample: &[u8]) -> Vec<u8> {
    let (mut rest, mut stream) = (sample, vec![]);
    while let Some((length, tail)) = rest.split_first_chunk::<4>() {
        let (unit, next) = tail.split_at(u32::from_be_bytes(*length).try_into().unwrap());
        stream.extend([0, 0, 0, 1]);
        stream.extend(unit);
        rest = next;
    }
    stream
}

/// The luma of every picture of a segment.
fn decode(init: &[u8], segment: &Segment) -> Vec<Vec<u8>> {
    let mut rest = init;
    let Any::Ftyp(_) = Any::decode(&mut rest).unwrap() else { panic!("an init segment begins with ftyp") };
    let moov = Moov::decode(&mut rest).unwrap();
    assert!(rest.is_empty());
    assert_eq!(moov.mvex.unwrap().trex[0].track_id, moov.trak[0].tkhd.track_id);
    let Codec::Avc1(avc1) = &moov.trak[0].mdia.minf.stbl.stsd.codecs[0] else { panic!("no avc1") };
    assert_eq!((avc1.visual.width, avc1.visual.height, avc1.avcc.length_size), (640, 360, 4));
    assert_eq!(avc1.avcc.avc_profile_indication, 66, "baseline");
    let mut decoder = Decoder::new().unwrap();
    for set in [&avc1.avcc.sequence_parameter_sets[0], &avc1.avcc.picture_parameter_sets[0]] {
        let unit = [&[0, 0, 0, 1], set.as_slice()].concat();
        assert!(decoder.decode(&unit).unwrap().is_none());
    }
    let mut pictures = vec![];
    for sample in &segment.samples {
        let picture = decoder.decode(&annex_b(sample)).unwrap().expect("a picture for each sample");
        assert_eq!(picture.dimensions(), (640, 360));
        let stride = picture.strides().0;
        pictures.push(picture.y().chunks(stride).flat_map(|row| row[..640].to_vec()).collect());
    }
    pictures
}

/// The share of pixels that differ clearly.
fn changed(one: &[u8], other: &[u8]) -> f64 {
    let different = one.iter().zip(other).filter(|(a, b)| a.abs_diff(**b) > 24).count();
    different as f64 / one.len() as f64
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_gets_a_gapless_stream_that_decodes() {
    let site = site(Duration::from_secs(20)).await;
    assert!(site.stream.window().borrow().is_empty(), "nothing is encoded before somebody watches");
    let playlist = site.playlist().await;
    assert!(playlist.numbers.len() >= 3, "players need three segments to start");
    let init = site.file("init.mp4").await;
    for number in playlist.sequence..playlist.sequence + 6 {
        let segment = site.segment(number).await;
        assert_eq!(segment.time, number * 1000, "time follows from the number");
        assert_eq!(segment.durations.iter().sum::<u32>(), 1000, "a segment lasts exactly a second");
        let pictures = decode(&init, &segment);
        assert!(pictures.len() == 1 || changed(&pictures[0], &pictures[pictures.len() - 1]) > 0.005, "the wheel turns");
    }
    let later = site.playlist().await;
    assert!(later.sequence >= playlist.sequence && later.last() >= playlist.sequence + 5, "{later:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_encoder_rests_when_nobody_watches_and_numbers_go_on_rising() {
    let site = site(Duration::from_millis(300)).await;
    let first = site.playlist().await;
    let mut window = site.stream.window();
    let rested = window.wait_for(provider::video::playlist::Window::is_empty);
    drop(tokio::time::timeout(Duration::from_secs(20), rested).await.expect("the encoder rests").unwrap());
    assert_eq!(site.get(&format!("/video/roulette-1/{}.m4s", first.last())).await.status(), 404);
    let again = site.playlist().await;
    assert!(again.sequence > first.last(), "{again:?} after {first:?}");
    assert_eq!(site.segment(again.sequence).await.time, again.sequence * 1000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_picture_stands_still_while_segments_go_on() {
    let site = site(Duration::from_secs(20)).await;
    let last = site.playlist().await.last();
    site.frozen.send_replace(true);
    // The segment under way is half live; the ones after it are not.
    let one = site.segment(last + 2).await;
    let other = site.segment(last + 4).await;
    assert_eq!(other.time - one.time, 2000);
    let init = site.file("init.mp4").await;
    let (one, other) = (decode(&init, &one), decode(&init, &other));
    assert!(changed(&one[0], &other[other.len() - 1]) < 0.001);
    site.frozen.send_replace(false);
    let live = decode(&init, &site.segment(last + 7).await);
    assert!(changed(&one[0], &live[0]) > 0.005, "the picture moves again");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_open_to_every_page_and_kept_as_long_as_they_are_true() {
    let site = site(Duration::from_secs(20)).await;
    let number = site.playlist().await.sequence;
    let segment = format!("/video/roulette-1/{number}.m4s");
    let still = still_path("roulette-1");
    for (path, status, kind, keep) in [
        ("/video/roulette-1/index.m3u8", 200, "application/vnd.apple.mpegurl", "no-store"),
        ("/video/roulette-1/init.mp4", 200, "video/mp4", "public, max-age=10"),
        (segment.as_str(), 200, "video/mp4", "public, max-age=10"),
        (still.as_str(), 200, "image/png", "public, max-age=1"),
        ("/video/roulette-1/1.m4s", 404, "text/plain; charset=utf-8", "no-store"),
        ("/video/roulette-1/+1.m4s", 404, "text/plain; charset=utf-8", "no-store"),
        ("/video/roulette-1/other", 404, "text/plain; charset=utf-8", "no-store"),
        ("/video/craps-1/index.m3u8", 404, "text/plain; charset=utf-8", "no-store"),
    ] {
        let response = site.get(path).await;
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(response.status().as_u16(), status, "{path}");
        assert_eq!((header("content-type").as_str(), header("cache-control").as_str()), (kind, keep), "{path}");
        assert_eq!(header("access-control-allow-origin"), "*", "{path}");
    }
    let png = tiny_skia::Pixmap::decode_png(&site.get(&still).await.bytes().await.unwrap()).unwrap();
    assert_eq!((png.width(), png.height()), (640, 360));
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_is_bounded_by_the_window() {
    use provider::video::playlist::{LISTED, Segment, Window};
    let mut window = Window::default();
    assert_eq!(window.playlist(), None);
    for number in 0..100 {
        let started_ms = i64::try_from(number).unwrap() * 1000;
        window.push(Segment { number, started_ms, bytes: bytes::Bytes::from_static(b"x") });
    }
    assert!(window.len() <= 2 * LISTED);
    let playlist = Playlist::parse(&window.playlist().unwrap());
    assert_eq!((playlist.sequence, playlist.numbers.len()), (92, LISTED));
    assert!(playlist.times.last().unwrap().starts_with("1970-01-01T00:01:39.000Z"));
    // A viewer whose playlist is one window old still finds what it names.
    assert!(window.get(84).is_some() && window.get(83).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_thread_ends_with_its_last_handle() {
    let Site { stream, .. } = site(Duration::from_secs(20)).await;
    // The server of the site holds a handle, so this one is made without a server.
    drop(stream);
    let (_keep, scene) = watch::channel(Scene {
        table: "baccarat-1".into(),
        name: String::new(),
        dealer: String::new(),
        game: Game::Baccarat,
        phase: Phase::Open,
        phase_started_ms: 0,
        phase_ends_at_ms: 0,
        action: Action::Idle,
        last: vec![],
    });
    let (_frozen, freeze) = watch::channel(false);
    let stream = Stream::spawn(scene, freeze);
    let mut window = stream.window();
    drop(stream);
    let ended = tokio::time::timeout(Duration::from_secs(5), window.changed()).await;
    assert!(ended.expect("the thread ends at once").is_err(), "nothing can be published any more");
}
