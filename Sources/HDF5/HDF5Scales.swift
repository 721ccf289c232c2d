import CHDF5

extension HDF5File {
    /// Makes a dataset a dimension scale: the coordinates of a dimension, under the dimension's name.
    public func makeScale(_ dataset: String, dimension: String) throws(HDF5Error) {
        let object = try openDataset(dataset)
        try attempt("make \(dataset) a scale", in: path) { unsafe H5DSset_scale(object.id, dimension) }
    }

    /// Names the dimensions of a dataset, outermost first, and gives each the scale that holds its coordinates.
    ///
    /// xarray, h5py (`dataset.dims`) and netCDF readers show these names.
    public func labelDimensions(
        of dataset: String, _ dimensions: [(label: String, scale: String)]
    ) throws(HDF5Error) {
        let object = try openDataset(dataset)
        for (index, dimension) in dimensions.enumerated() {
            try attempt("label dimension \(index) of \(dataset)", in: path) {
                unsafe H5DSset_label(object.id, UInt32(index), dimension.label)
            }
            try attach(dimension.scale, to: dataset, dimension: index)
        }
    }

    func attach(_ scale: String, to dataset: String, dimension: Int) throws(HDF5Error) {
        let object = try openDataset(dataset)
        let coordinates = try openDataset(scale)
        try attempt("attach \(scale) to \(dataset)", in: path) {
            H5DSattach_scale(object.id, coordinates.id, UInt32(dimension))
        }
    }

    /// The name and the path of the first scale of each dimension of a dataset; empty where there is none.
    public func dimensions(of dataset: String) throws(HDF5Error) -> [(label: String, scale: String)] {
        let object = try openDataset(dataset)
        try requireSoundHeap()
        var dimensions: [(label: String, scale: String)] = []
        for index in try shapeOf(object, dataset).indices {
            var (label, scale) = ("", "")
            try attempt("read the labels of \(dataset)", in: path) {
                var status = 0
                label = unsafe text(room: 1024) {
                    status = unsafe H5DSget_label(object.id, UInt32(index), $0, 1024)
                }
                return status
            }
            try attempt("read the scales of \(dataset)", in: path) {
                var status: herr_t = 0
                scale = unsafe text(room: 1024) {
                    status = unsafe hdf5_first_scale(object.id, UInt32(index), $0)
                }
                return status
            }
            dimensions.append((label, scale))
        }
        return dimensions
    }
}
