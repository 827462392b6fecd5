//! Columns as Arrow IPC files of one record batch, read without copying.

use super::seal::{self, Sealing};
use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Float64Type, Int64Type, UInt32Type, UInt64Type};
use arrow_array::{
    Array, ArrayRef, DictionaryArray, Int64Array, PrimitiveArray, RecordBatch, StringArray,
};
use arrow_buffer::{Buffer, NullBuffer, ScalarBuffer};
use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::reader::{FileDecoder, read_footer_length};
use arrow_ipc::writer::FileWriter;
use arrow_ipc::{Block, Footer, root_as_footer, root_as_message};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

/// Version of the columns, kept in every file.
const FORMAT: &str = "1";
const FORMAT_KEY: &str = "traffic-engine.format";

/// What messages in a file begin with; their length follows.
const CONTINUATION: [u8; 4] = [0xff; 4];

/// Footer length and magic at the end of a file.
const TRAILER_BYTES: usize = 10;

/// What is wrong with a file, in words.
pub(super) type Problem = String;

/// What a file says of itself, by key.
pub(super) type About = HashMap<String, String>;

/// Writes columns as one file of one batch, which tells its own checksum.
pub(super) fn encode(
    columns: Vec<(impl Into<String>, ArrayRef)>,
    about: &About,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (names, arrays): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    let fields = names
        .into_iter()
        .zip(&arrays)
        .map(|(name, array)| Field::new(name, array.data_type().clone(), array.is_nullable()))
        .collect();
    let encode = || -> Result<(), ArrowError> {
        let mut writer = BatchWriter::begin(fields, about, out)?;
        writer.write(arrays)?;
        writer.finish()
    };
    encode().map_err(io_error)
}

fn io_error(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        other => io::Error::other(other),
    }
}

/// Writes a file batch by batch.
pub(super) struct BatchWriter<'a> {
    schema: Arc<Schema>,
    writer: FileWriter<Sealing<'a>>,
}

impl<'a> BatchWriter<'a> {
    /// A file of columns without NULL.
    pub(super) fn of_columns(
        columns: &[(&str, DataType)],
        about: &About,
        out: &'a mut dyn Write,
    ) -> io::Result<Self> {
        let field = |(name, of): &(&str, DataType)| Field::new(*name, of.clone(), false);
        Self::begin(columns.iter().map(field).collect(), about, out).map_err(io_error)
    }

    /// A file of fields.
    pub(super) fn of_fields(
        fields: Vec<Field>,
        about: &About,
        out: &'a mut dyn Write,
    ) -> io::Result<Self> {
        Self::begin(fields, about, out).map_err(io_error)
    }

    /// Adds a batch, column by column.
    pub(super) fn add(&mut self, columns: Vec<ArrayRef>) -> io::Result<()> {
        self.write(columns).map_err(io_error)
    }

    /// Ends the file.
    pub(super) fn end(self) -> io::Result<()> {
        self.finish().map_err(io_error)
    }

    fn begin(
        fields: Vec<Field>,
        about: &About,
        out: &'a mut dyn Write,
    ) -> Result<Self, ArrowError> {
        let mut metadata = about.clone();
        metadata.insert(FORMAT_KEY.to_owned(), FORMAT.to_owned());
        let schema = Arc::new(Schema::new(fields).with_metadata(metadata));
        let writer = FileWriter::try_new(Sealing::new(out), &schema)?;
        Ok(Self { schema, writer })
    }

    fn write(&mut self, arrays: Vec<ArrayRef>) -> Result<(), ArrowError> {
        self.writer.write(&RecordBatch::try_new(Arc::clone(&self.schema), arrays)?)
    }

    fn finish(mut self) -> Result<(), ArrowError> {
        self.writer.get_mut().end();
        self.writer.write_metadata(seal::KEY, seal::BLANK);
        Ok(self.writer.into_inner()?.finish()?)
    }
}

pub(super) fn numbers<T: ArrowPrimitiveType>(values: Vec<T::Native>) -> ArrayRef {
    Arc::new(PrimitiveArray::<T>::new(values.into(), None))
}

pub(super) fn maybe_numbers<T: ArrowPrimitiveType>(
    values: impl Iterator<Item = Option<T::Native>>,
) -> ArrayRef {
    Arc::new(PrimitiveArray::<T>::from_iter(values))
}

/// Floats of which those that are no number are NULL.
pub(super) fn floats(values: Vec<f64>) -> ArrayRef {
    let nulls = values.iter().any(|value| value.is_nan());
    let nulls = nulls.then(|| NullBuffer::from_iter(values.iter().map(|value| !value.is_nan())));
    Arc::new(PrimitiveArray::<Float64Type>::new(values.into(), nulls))
}

pub(super) fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(StringArray::from_iter(values))
}

/// Codes of a dictionary with its texts.
///
/// # Panics
/// When a code is not of the dictionary.
pub(super) fn coded<'a>(codes: Vec<u32>, dictionary: impl Iterator<Item = &'a str>) -> ArrayRef {
    let keys = PrimitiveArray::<UInt32Type>::new(codes.into(), None);
    let values: ArrayRef = Arc::new(StringArray::from_iter_values(dictionary));
    Arc::new(DictionaryArray::try_new(keys, values).expect("codes are of their dictionary"))
}

/// A decoded batch of a file.
pub(super) struct Table(RecordBatch);

impl Table {
    /// Reads the one record batch of a file; its columns stay where they are.
    pub(super) fn decode(file: &Buffer) -> Result<Self, Problem> {
        let mut batches = Self::decode_all(file)?;
        match batches.pop() {
            Some(batch) if batches.is_empty() => Ok(batch),
            _ => Err("it has not one record batch".to_owned()),
        }
    }

    /// Reads all record batches of a file; their columns stay where they are.
    pub(super) fn decode_all(file: &Buffer) -> Result<Vec<Self>, Problem> {
        let (footer, schema) = footer_of(file)?;
        if let Some(field) = schema.fields().iter().find(|field| !is_ours(field.data_type())) {
            return Err(format!("column {} has another type", field.name()));
        }
        let columns: Vec<usize> =
            schema.fields().iter().map(|it| buffers(it.data_type())).collect();
        let mut decoder =
            FileDecoder::new(Arc::new(schema), footer.version()).with_require_alignment(true);
        for block in footer.dictionaries().iter().flatten() {
            let texts = [buffers(&DataType::Utf8)];
            decoder.read_dictionary(block, &body(file, block, &texts)?).map_err(shown)?;
        }
        let read = |block| {
            let bytes = body(file, block, &columns)?;
            let batch = decoder.read_record_batch(block, &bytes).map_err(shown)?;
            batch.map(Self).ok_or_else(|| "a record batch is empty".to_owned())
        };
        footer.recordBatches().into_iter().flatten().map(read).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.0.num_rows()
    }

    /// True when there is a column of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.column_by_name(name).is_some()
    }

    fn column(&self, name: &str) -> Result<&ArrayRef, Problem> {
        self.0.column_by_name(name).ok_or_else(|| format!("column {name} is missing"))
    }

    fn primitive<T: ArrowPrimitiveType>(&self, name: &str) -> Result<&PrimitiveArray<T>, Problem> {
        let column = self.column(name)?.as_primitive_opt::<T>();
        column.ok_or_else(|| format!("column {name} has another type"))
    }

    /// A column of numbers without NULL.
    pub(super) fn numbers<T: ArrowPrimitiveType>(
        &self,
        name: &str,
    ) -> Result<ScalarBuffer<T::Native>, Problem> {
        let column = self.primitive::<T>(name)?;
        if column.null_count() > 0 {
            return Err(format!("column {name} holds NULL"));
        }
        Ok(column.values().clone())
    }

    /// A column of numbers.
    pub(super) fn maybe_numbers<T: ArrowPrimitiveType>(
        &self,
        name: &str,
    ) -> Result<impl Fn(usize) -> Option<T::Native>, Problem> {
        let column = self.primitive::<T>(name)?.clone();
        Ok(move |row| column.is_valid(row).then(|| column.value(row)))
    }

    /// A column of whole numbers, some of which may be NULL.
    pub(super) fn maybe_ints(&self, name: &str) -> Result<&Int64Array, Problem> {
        self.primitive::<Int64Type>(name)
    }

    /// A column of floats, which are no number where it is NULL.
    pub(super) fn floats(&self, name: &str) -> Result<ScalarBuffer<f64>, Problem> {
        let column = self.primitive::<Float64Type>(name)?;
        let holes = column.nulls().is_some_and(|nulls| {
            nulls.iter().zip(column.values()).any(|(valid, value)| !valid && !value.is_nan())
        });
        if holes {
            return Err(format!("column {name} holds a number where it is NULL"));
        }
        Ok(column.values().clone())
    }

    /// A column of texts.
    pub(super) fn texts(&self, name: &str) -> Result<&StringArray, Problem> {
        let column = self.column(name)?.as_string_opt::<i32>();
        column.ok_or_else(|| format!("column {name} has another type"))
    }

    /// A column of codes, and the texts of its dictionary.
    pub(super) fn coded(&self, name: &str) -> Result<(ScalarBuffer<u32>, Vec<String>), Problem> {
        let another = || format!("column {name} has another type");
        let column = self.column(name)?.as_dictionary_opt::<UInt32Type>().ok_or_else(another)?;
        let values = column.values().as_string_opt::<i32>().ok_or_else(another)?;
        if column.null_count() > 0 || values.null_count() > 0 {
            return Err(format!("column {name} holds NULL"));
        }
        let codes = column.keys().values().clone();
        if codes.iter().any(|&code| code as usize >= values.len()) {
            return Err(format!("column {name} has codes beyond its dictionary"));
        }
        Ok((codes, values.iter().flatten().map(str::to_owned).collect()))
    }

    pub(super) fn ints(&self, name: &str) -> Result<ScalarBuffer<i64>, Problem> {
        self.numbers::<Int64Type>(name)
    }

    pub(super) fn counts(&self, name: &str) -> Result<ScalarBuffer<u64>, Problem> {
        self.numbers::<UInt64Type>(name)
    }
}

/// The footer of a file, or of its end, and the schema in it.
pub(super) fn footer_of(file: &[u8]) -> Result<(Footer<'_>, Schema), Problem> {
    let trailer = file.len().checked_sub(TRAILER_BYTES).ok_or("it is too short")?;
    let length: [u8; TRAILER_BYTES] = file[trailer..].try_into().map_err(shown)?;
    let length = read_footer_length(length).map_err(shown)?;
    let start = trailer.checked_sub(length).ok_or("its footer is too long")?;
    let footer = root_as_footer(&file[start..trailer]).map_err(shown)?;
    let schema = try_fb_to_schema(footer.schema().ok_or("it has no schema")?).map_err(shown)?;
    match schema.metadata().get(FORMAT_KEY).map(String::as_str) {
        Some(FORMAT) => Ok((footer, schema)),
        other => Err(format!("its format is {other:?}, not {FORMAT:?}")),
    }
}

/// What a file says of itself.
pub(super) fn about(file: &[u8]) -> Result<About, Problem> {
    let (_, schema) = footer_of(file)?;
    let entries = schema.metadata().iter();
    Ok(entries.map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
}

/// True for the types that [`encode`] is given.
fn is_ours(of: &DataType) -> bool {
    use DataType::{Dictionary, Float64, Int64, UInt32, UInt64, Utf8};
    match of {
        Int64 | UInt64 | Float64 | Utf8 => true,
        Dictionary(code, text) => (&**code, &**text) == (&UInt32, &Utf8),
        _ => false,
    }
}

/// Buffers of a column: which values are there; the values, their codes or where each text ends;
/// and the texts.
fn buffers(of: &DataType) -> usize {
    if *of == DataType::Utf8 { 3 } else { 2 }
}

/// The bytes of a block, which must lie in the file and hold all that it tells of: the decoder
/// trusts in that. `columns` are their numbers of buffers.
fn body(file: &Buffer, block: &Block, columns: &[usize]) -> Result<Buffer, Problem> {
    let outside = || "a block lies outside of it".to_owned();
    let offset = usize::try_from(block.offset()).map_err(|_| outside())?;
    let metadata = usize::try_from(block.metaDataLength()).map_err(|_| outside())?;
    let body = usize::try_from(block.bodyLength()).map_err(|_| outside())?;
    let length = metadata.checked_add(body).ok_or_else(outside)?;
    let end = offset.checked_add(length).ok_or_else(outside)?;
    if end > file.len() {
        return Err(outside());
    }
    check_message(&file[offset..offset + metadata], body, columns)?;
    Ok(file.slice_with_length(offset, length))
}

fn check_message(message: &[u8], body: usize, columns: &[usize]) -> Result<(), Problem> {
    let message = message.strip_prefix(&CONTINUATION).and_then(|rest| rest.get(4..));
    let message = root_as_message(message.ok_or("a block has no message")?).map_err(shown)?;
    let batch = match message.header_as_dictionary_batch() {
        Some(dictionary) => dictionary.data(),
        None => message.header_as_record_batch(),
    };
    let batch = batch.ok_or("a block holds no columns")?;
    let within = |length: i64| usize::try_from(length).is_ok_and(|length| length <= body);
    let lies_within = |buffer: &arrow_ipc::Buffer| {
        let end = buffer.offset().checked_add(buffer.length());
        within(buffer.offset()) && within(buffer.length()) && end.is_some_and(within)
    };
    let buffers: Vec<_> = batch.buffers().into_iter().flatten().collect();
    let mut nodes = batch.nodes().into_iter().flatten();
    let fits = within(batch.length())
        && buffers.iter().all(|buffer| lies_within(buffer))
        && nodes.all(|node| within(node.length()) && within(node.null_count()));
    if !fits || buffers.len() != columns.iter().sum::<usize>() {
        return Err("a block tells of more than it holds".to_owned());
    }
    let mut first = 0;
    for count in columns {
        // Values, codes and ends of texts are of four or eight bytes.
        if buffers[first + 1].length() % 4 != 0 {
            return Err("a block ends within a value".to_owned());
        }
        first += count;
    }
    Ok(())
}

fn shown(error: impl ToString) -> Problem {
    error.to_string()
}
