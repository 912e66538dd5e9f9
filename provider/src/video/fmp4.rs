//! Fragmented MP4: one init segment for a stream, one media segment for each second.
//!
//! Time counts in milliseconds from segment number 0, so a segment's time follows from its number
//! alone and goes on over pauses of the encoder and restarts of the program.

use bytes::Bytes;
use mp4_atom::{
    Avc1, Avcc, Codec, Dinf, Dref, Encode, Error, Ftyp, Hdlr, Mdat, Mdhd, Mdia, Mfhd, Minf, Moof, Moov, Mvex, Mvhd,
    Stbl, Stco, Stsd, Styp, Tfdt, Tfhd, Tkhd, Traf, Trak, Trex, Trun, TrunEntry, TrunSamples, Url, Visual, Vmhd,
};

use super::encoder::{Encoded, Parameters};
use super::{HEIGHT, WIDTH};

/// Units of time in a second.
pub const TIMESCALE: u32 = 1000;
/// How long a segment lasts, exactly.
pub const SEGMENT_MS: u16 = 1000;

const TRACK: u32 = 1;
/// Depends on no other sample.
const INTRA: u32 = 0x0200_0000;
/// Depends on others and is no place to start.
const PREDICTED: u32 = 0x0101_0000;

/// A picture with the time for which it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The picture.
    pub picture: Encoded,
    /// In [`TIMESCALE`].
    pub duration: u32,
}

/// The init segment: what a player reads once.
///
/// # Errors
///
/// When the parameter sets are too short to describe a stream.
pub fn init(parameters: &Parameters) -> Result<Bytes, Error> {
    let avc1 = Avc1 {
        visual: Visual { data_reference_index: 1, width: WIDTH, height: HEIGHT, ..Visual::default() },
        avcc: Avcc::new(&parameters.sequence, &parameters.picture)?,
        ..Avc1::default()
    };
    let stbl = Stbl { stsd: Stsd { codecs: vec![Codec::Avc1(avc1)] }, stco: Some(Stco::default()), ..Stbl::default() };
    let trak = Trak {
        tkhd: Tkhd {
            track_id: TRACK,
            enabled: true,
            in_movie: true,
            width: WIDTH.into(),
            height: HEIGHT.into(),
            ..Tkhd::default()
        },
        mdia: Mdia {
            mdhd: Mdhd { timescale: TIMESCALE, language: "und".into(), ..Mdhd::default() },
            hdlr: Hdlr { handler: b"vide".into(), name: "Table".into() },
            minf: Minf {
                vmhd: Some(Vmhd::default()),
                dinf: Dinf { dref: Dref { entries: vec![Url::default().into()] } },
                stbl,
                ..Minf::default()
            },
        },
        ..Trak::default()
    };
    let moov = Moov {
        mvhd: Mvhd { timescale: TIMESCALE, rate: 1.into(), next_track_id: TRACK + 1, ..Mvhd::default() },
        mvex: Some(Mvex {
            trex: vec![Trex { track_id: TRACK, default_sample_description_index: 1, ..Trex::default() }],
            ..Mvex::default()
        }),
        trak: vec![trak],
        ..Moov::default()
    };
    let ftyp = Ftyp {
        major_brand: b"iso6".into(),
        minor_version: 0,
        compatible_brands: vec![b"iso6".into(), b"avc1".into(), b"mp41".into()],
    };
    let mut bytes = Vec::new();
    ftyp.encode(&mut bytes)?;
    moov.encode(&mut bytes)?;
    Ok(bytes.into())
}

/// The media segment of a number.
///
/// # Errors
///
/// When a size does not fit its field; a second of video never comes near that.
pub fn segment(number: u64, samples: Vec<Sample>) -> Result<Bytes, Error> {
    let entries = samples.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    let moof = |data_offset: i32| Moof {
        // Only a debugging aid, and too short for the number: it may wrap.
        mfhd: Mfhd { sequence_number: u32::try_from(number % u64::from(u32::MAX)).unwrap_or_default() },
        traf: vec![Traf {
            tfhd: Tfhd { track_id: TRACK, default_base_is_moof: true, ..Tfhd::default() },
            tfdt: Some(Tfdt { base_media_decode_time: number * u64::from(SEGMENT_MS) }),
            trun: vec![Trun { data_offset: Some(data_offset), samples: TrunSamples::Explicit(entries.clone()) }],
            ..Traf::default()
        }],
    };
    // The offset's own width is fixed, so a first pass tells where the data will begin.
    let mut measured = Vec::new();
    moof(0).encode(&mut measured)?;
    let mdat_header = 8;
    let data_offset =
        i32::try_from(measured.len() + mdat_header).map_err(|_| Error::TooLarge(mp4_atom::FourCC::new(b"moof")))?;
    let mut bytes = Vec::new();
    let styp =
        Styp { major_brand: b"msdh".into(), minor_version: 0, compatible_brands: vec![b"msdh".into(), b"iso6".into()] };
    styp.encode(&mut bytes)?;
    moof(data_offset).encode(&mut bytes)?;
    let data = samples.into_iter().flat_map(|sample| sample.picture.data).collect();
    Mdat { data }.encode(&mut bytes)?;
    Ok(bytes.into())
}

fn entry(sample: &Sample) -> Result<TrunEntry, Error> {
    let size = u32::try_from(sample.picture.data.len()).map_err(|_| Error::TooLarge(mp4_atom::FourCC::new(b"mdat")))?;
    Ok(TrunEntry {
        duration: Some(sample.duration),
        size: Some(size),
        flags: Some(if sample.picture.intra { INTRA } else { PREDICTED }),
        cts: None,
    })
}
