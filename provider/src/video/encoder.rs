//! Pictures in, H.264 out: constrained baseline, one slice a picture, no picture held back.

use openh264::OpenH264API;
use openh264::encoder::{
    BitRate, Complexity, EncoderConfig, FrameRate, Profile, QpRange, RateControlMode, SpsPpsStrategy, UsageType,
    VuiConfig,
};
use openh264::formats::{RgbaSliceU8, YUVBuffer};
use openh264::{Error as CodecError, Timestamp};
use thiserror::Error;
use tiny_skia::Pixmap;

use super::{FRAMES_PER_SECOND, HEIGHT, WIDTH};

/// What the encoder aims at. Its intra pictures, one a second, take about a third of it.
const BITS_PER_SECOND: u32 = 850_000;
/// Finer than the first is wasted on a viewer, coarser than the second shows blocks.
const QUANTISERS: QpRange = QpRange::new(18, 38);

const SEQUENCE_PARAMETERS: u8 = 7;
const PICTURE_PARAMETERS: u8 = 8;

/// Why a picture could not be encoded.
#[derive(Debug, Error)]
pub enum EncodeError {
    /// The codec said no.
    #[error("the H.264 encoder failed: {0}")]
    Codec(#[from] CodecError),
    /// A picture has another size than the video.
    #[error("a picture of {width}×{height} in a video of {WIDTH}×{HEIGHT}")]
    Size {
        /// The picture's width.
        width: u32,
        /// The picture's height.
        height: u32,
    },
    /// Nobody could decode from here: the first picture of a segment must be an intra picture.
    #[error("the encoder gave no intra picture where a segment begins")]
    NotIntra,
    /// The codec sent pictures before the parameters that decode them.
    #[error("the encoder gave no parameter sets")]
    NoParameters,
}

/// What a decoder must know before the first picture, without start codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    /// The sequence parameter set.
    pub sequence: Vec<u8>,
    /// The picture parameter set.
    pub picture: Vec<u8>,
}

/// One encoded picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// NAL units, each after its length in four bytes.
    pub data: Vec<u8>,
    /// It can be decoded without any other picture.
    pub intra: bool,
}

/// An encoder of one stream.
pub struct Encoder {
    codec: openh264::encoder::Encoder,
    planes: YUVBuffer,
    parameters: Option<Parameters>,
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder").field("parameters", &self.parameters).finish_non_exhaustive()
    }
}

impl Encoder {
    /// Sets a codec up.
    ///
    /// # Errors
    ///
    /// When the codec refuses its configuration or has no memory.
    pub fn new() -> Result<Self, EncodeError> {
        let config = EncoderConfig::new()
            .profile(Profile::Baseline)
            .usage_type(UsageType::CameraVideoRealTime)
            .complexity(Complexity::Medium)
            .rate_control_mode(RateControlMode::Bitrate)
            .bitrate(BitRate::from_bps(BITS_PER_SECOND))
            .max_frame_rate(FrameRate::from_hz(f32::from(FRAMES_PER_SECOND)))
            .qp(QUANTISERS)
            .skip_frames(false)
            // Segments ask for their intra pictures; the codec must not add others.
            .scene_change_detect(false)
            .background_detection(false)
            .sps_pps_strategy(SpsPpsStrategy::ConstantId)
            .num_threads(1)
            .vui(VuiConfig::bt601());
        let mut codec = openh264::encoder::Encoder::with_api_config(OpenH264API::from_source(), config)?;
        silence(&mut codec);
        let planes = YUVBuffer::new(usize::from(WIDTH), usize::from(HEIGHT));
        Ok(Self { codec, planes, parameters: None })
    }

    /// The parameter sets, known after the first picture.
    ///
    /// # Errors
    ///
    /// [`EncodeError::NoParameters`] before that.
    pub fn parameters(&self) -> Result<&Parameters, EncodeError> {
        self.parameters.as_ref().ok_or(EncodeError::NoParameters)
    }

    /// Encodes a picture taken at `at_ms` of the session; `intra` where a segment begins.
    ///
    /// # Errors
    ///
    /// When the codec fails, or does not give the intra picture that was asked for.
    pub fn encode(&mut self, picture: &Pixmap, at_ms: u64, intra: bool) -> Result<Encoded, EncodeError> {
        let (width, height) = (picture.width(), picture.height());
        if (width, height) != (u32::from(WIDTH), u32::from(HEIGHT)) {
            return Err(EncodeError::Size { width, height });
        }
        // Every pixel is opaque, so premultiplied and plain colours are the same.
        self.planes.read_rgba8(RgbaSliceU8::new(picture.data(), (usize::from(WIDTH), usize::from(HEIGHT))));
        // The first picture is an intra picture anyway; before it there is nothing to force.
        if intra && self.parameters.is_some() {
            self.codec.force_intra_frame();
        }
        let stream = self.codec.encode_at(&self.planes, Timestamp::from_millis(at_ms))?;
        let mut encoded = Encoded { data: Vec::new(), intra: false };
        let mut parameters = Parameters::default();
        for layer in (0..stream.num_layers()).filter_map(|layer| stream.layer(layer)) {
            for unit in (0..layer.nal_count()).filter_map(|unit| layer.nal_unit(unit)) {
                take(without_start_code(unit), &mut encoded, &mut parameters);
            }
        }
        if !parameters.sequence.is_empty() && !parameters.picture.is_empty() {
            self.parameters = Some(parameters);
        }
        if intra && !encoded.intra {
            return Err(EncodeError::NotIntra);
        }
        Ok(encoded)
    }
}

/// Keeps the codec's own remarks out of the program's log; it writes them to standard error before
/// its configuration, which has a switch for that, takes effect. Failures are still returned.
#[expect(unsafe_code, reason = "the codec's wrapper has no safe call for this option")]
fn silence(codec: &mut openh264::encoder::Encoder) {
    /// `ENCODER_OPTION_TRACE_LEVEL` of the codec's interface.
    const TRACE_LEVEL: i32 = 25;
    let mut quiet: i32 = 0;
    // SAFETY: this option takes a pointer to an int, reads it at once, and is the one that may be
    // set before the codec is initialised. Nothing that the wrapper relies on changes.
    let _ = unsafe { codec.raw_api().set_option(TRACE_LEVEL, (&raw mut quiet).cast()) };
}

/// Sorts a NAL unit: parameter sets go to the init segment, all others to the sample.
fn take(unit: &[u8], encoded: &mut Encoded, parameters: &mut Parameters) {
    const INTRA_SLICE: u8 = 5;
    let Some(kind) = unit.first().map(|header| header & 0x1f) else { return };
    match kind {
        SEQUENCE_PARAMETERS => parameters.sequence = unit.to_vec(),
        PICTURE_PARAMETERS => parameters.picture = unit.to_vec(),
        _ => {
            encoded.intra |= kind == INTRA_SLICE;
            let length = u32::try_from(unit.len()).unwrap_or(u32::MAX);
            encoded.data.extend_from_slice(&length.to_be_bytes());
            encoded.data.extend_from_slice(unit);
        }
    }
}

/// The codec separates units by `0 0 1` or `0 0 0 1`.
fn without_start_code(unit: &[u8]) -> &[u8] {
    unit.strip_prefix(&[0, 0, 0, 1]).or_else(|| unit.strip_prefix(&[0, 0, 1])).unwrap_or(unit)
}
